from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from edge.doctor.subject import Subject
from edge.doctor.system import System
from edge.report.appliance import Appliance, UnavailableError
from edge.report.report import SECTIONS, Lines, Section, report_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

QUICK = [section for section in SECTIONS if section.module != "findings"]


@dataclass(frozen=True, slots=True)
class Ready(Section):
    """A section that is no module."""

    write: Lines | None = None

    def load(self) -> Lines:
        assert self.write
        return self.write


def ready(write: Lines, limit_s: float = 5.0) -> Section:
    return Ready(write.__name__, write.__name__, limit_s, write)


@pytest.fixture
def appliance(tmp_path: Path) -> Appliance:
    """A machine without anything, settings included."""
    return Appliance(Subject(System(root=tmp_path, uid=1000), None), None, 20)


def well(_appliance: Appliance) -> Iterable[str]:
    return ["all is well"]


def lacking(_appliance: Appliance) -> Iterator[str]:
    yield "half of it"
    raise UnavailableError("only root may look; run: sudo edge report")


def broken(_appliance: Appliance) -> Iterable[str]:
    raise RuntimeError("out of\npaper")


def test_it_begins_with_what_is_in_it_and_what_is_not(appliance: Appliance) -> None:
    head = report_text(appliance, "edge-1a2b", (), QUICK).partition("=====")[0]
    assert head.startswith("Report on edge-1a2b, ")
    assert "sudo edge report sees more" in head
    assert [section.title for section in QUICK if section.title not in head] == []
    for absent in ("no picture", "no people", "no passwords", "no Wi-Fi names"):
        assert absent in head


def test_a_section_that_cannot_be_had_says_why_and_harms_no_other(appliance: Appliance) -> None:
    text = report_text(appliance, "pi", (), [ready(lacking), ready(broken), ready(well)])
    assert "half of it\nnot available: only root may look; run: sudo edge report\n" in text
    assert "not available: RuntimeError: out of paper\n" in text
    assert text.endswith("all is well\n")


def test_one_that_hangs_is_left_behind_with_what_it_has(appliance: Appliance) -> None:
    release = threading.Event()

    def hanging(_appliance: Appliance) -> Iterator[str]:
        yield "the beginning"
        release.wait(60)

    text = report_text(appliance, "pi", (), [ready(hanging, 0.2), ready(well)])
    release.set()
    assert "the beginning\nnot available: this took longer than 0.2 s\n" in text
    assert "all is well" in text


def test_all_that_hang_take_one_deadline_and_not_one_each(appliance: Appliance) -> None:
    release = threading.Event()

    def hanging(_appliance: Appliance) -> Iterator[str]:
        release.wait(60)
        yield "too late"

    began_s = time.monotonic()
    text = report_text(appliance, "pi", (), [ready(hanging, 0.5)] * 10)
    took_s = time.monotonic() - began_s
    release.set()
    assert text.count("not available: this took longer than 0.5 s\n") == 10
    assert 0.5 <= took_s < 2.5


def test_a_huge_line_is_cut_behind_its_passwords(appliance: Appliance) -> None:
    def huge(_appliance: Appliance) -> Iterator[str]:
        yield f"{'x' * 1985} rtsp://u:hunter2@hall/1{'y' * 100}"

    text = report_text(appliance, "pi", (), [ready(huge)])
    assert "hunt" not in text
    assert "rtsp://u:***@h…\n" in text


def test_every_section_writes_something_where_there_is_nothing(appliance: Appliance) -> None:
    text = report_text(appliance, "pi", (), QUICK)
    for number, section in enumerate(QUICK, 1):
        assert f"{number}. {section.title}\n" in text
    assert "needs the configuration, which broken packages keep from being read" in text
    assert "Error:" not in text


def test_none_takes_longer_than_half_a_minute() -> None:
    assert max(section.limit_s for section in SECTIONS) < 30
