"""How checks are run: in order, side by side, and whatever becomes of them."""

from __future__ import annotations

import re
import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from edge.doctor.examine import CHECKS, Check, examine
from edge.doctor.finding import Finding, ok
from edge.doctor.report import NAME_WIDTH
from edge.doctor.subject import SkipError, Subject
from edge.doctor.system import System

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = Subject(System(), None)


def well(_subject: Subject) -> Iterator[Finding]:
    yield ok("test.well", "all is well")


def blunder(_subject: Subject) -> Iterator[Finding]:
    yield ok("test.blunder", "so far so good")
    raise KeyError("nonsense")


def nothing_to_do(_subject: Subject) -> Iterator[Finding]:
    raise SkipError("there is nothing here")


def sleeper(_subject: Subject) -> Iterator[Finding]:
    yield ok("test.sleeper", "before")
    time.sleep(600)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module of checks with the functions of this one."""
    module = ModuleType("edge.doctor.checks.toys")
    for function in (well, blunder, nothing_to_do, sleeper):
        setattr(module, function.__name__, function)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return "toys"


def test_an_error_in_a_check_is_a_finding_and_harms_no_other(checks: str) -> None:
    found = examine(NOBODY, [Check("test.blunder", checks, "blunder"), Check("test.well", checks, "well")])

    assert [(finding.name, finding.verdict) for finding in found] == [
        ("test.blunder", "ok"),
        ("test.blunder", "failed"),
        ("test.well", "ok"),
    ]
    assert found[1].why == "could not be checked (KeyError: 'nonsense')"
    assert found[1].fix


def test_a_check_that_does_not_end_is_left_behind_and_named(checks: str) -> None:
    slow = Check("test.sleeper", checks, "sleeper", limit_s=0.2)

    found = examine(NOBODY, [slow, Check("test.well", checks, "well")])

    assert [finding.why for finding in found] == ["before", "could not be checked within 0.2 s", "all is well"]


def test_a_check_that_needs_a_broken_package_is_skipped(checks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "edge.doctor.checks.toys", None)

    (found,) = examine(NOBODY, [Check("test.well", checks, "well")])

    assert found.verdict == "skipped"
    assert "cannot be imported" in found.why
    assert "see runtime.packages" in found.why


def test_a_check_without_a_subject_says_so(checks: str) -> None:
    (found,) = examine(NOBODY, [Check("test.nothing", checks, "nothing_to_do")])
    assert (found.verdict, found.why) == ("skipped", "there is nothing here")


def test_checks_have_names_of_their_own_and_exist() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    for check in CHECKS:
        assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", check.name)
        assert len(check.name) < NAME_WIDTH, "what was found stands beside it"
        assert callable(check.load())


def test_groups_come_in_the_order_of_reading() -> None:
    groups = dict.fromkeys(check.name.partition(".")[0] for check in CHECKS)
    assert list(groups) == [
        "system",
        "configuration",
        "runtime",
        "models",
        "camera",
        "edgetpu",
        "display",
        "broker",
        "service",
        "update",
    ]


def test_no_check_may_take_longer_than_20_s_but_the_one_that_tries_a_coral() -> None:
    """libedgetpu takes up to 25 s to load firmware, and one that is ended meanwhile may have to be unplugged."""
    limits = {check.name: check.limit_s for check in CHECKS}
    assert limits.pop("edgetpu.inference") == 45
    assert max(limits.values()) <= 20
