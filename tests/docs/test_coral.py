"""docs/coral.md says what the log, the checks, the keys and the ladder really say and do."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from edge.cli.parser import build_parser
from edge.config.sections import Settings
from edge.doctor.checks.coral_library import FITTING
from edge.doctor.examine import CHECKS
from edge.runtime.edgetpu.deadline import LONGEST_S
from edge.runtime.edgetpu.ladder import FIRST_WAIT_S, LONGEST_ABSENCE_S, LONGEST_WAIT_S, STEADY_S, Ladder
from edge.runtime.edgetpu.step_log import _LINES
from edge.settings import SCHEMA
from tests.support import ROOT

if TYPE_CHECKING:
    from edge.types import StepKind

TEXT = (ROOT / "docs/coral.md").read_text()


@pytest.mark.parametrize("kind", _LINES)
def test_each_step_is_shown_as_the_log_has_it(kind: StepKind) -> None:
    _, line = _LINES[kind]
    shown = re.search(rf"^\| `{kind}` \| `([^`]+)` \|", TEXT, re.MULTILINE)
    assert shown is not None
    parts = [re.escape(part) for part in line.split("%s")]
    assert re.fullmatch(f"{parts[0]}usb:0{parts[1]}pose{parts[2]}.+{parts[3]}", shown[1]), shown[1]


def test_times_are_those_of_the_ladder() -> None:
    assert f"tried again in {FIRST_WAIT_S:.0f} s" in TEXT
    assert f"up to {LONGEST_WAIT_S / 60:.0f} min" in TEXT
    assert f"What has worked for {STEADY_S:.0f} s" in TEXT
    assert f"every {FIRST_WAIT_S:.0f} s to {LONGEST_ABSENCE_S:.0f} s" in TEXT
    assert f"at the latest after {LONGEST_S:.0f} s" in TEXT


def test_the_order_is_that_of_the_ladder() -> None:
    ladder = Ladder(can_reset=True)
    tries = [ladder.failed() for _ in range(5)]
    assert [(one.wait_s, one.resets) for one in tries] == [(0, False), (0, False), (0, True), (10, True), (20, True)]


def test_reasons_are_those_that_the_code_gives() -> None:
    code = "".join(path.read_text() for path in (ROOT / "edge/runtime/edgetpu").glob("*.py"))
    reasons = re.findall(r"^\| `([^`]+)` \| (?:plug|a task|see|install|another|compile)", TEXT, re.MULTILINE)
    assert len(reasons) == 6
    for reason in reasons:
        for words in re.split(r"usb:\d|libedgetpu\.so\.1|…|:", reason):
            assert words.strip() in code, words


def test_checks_keys_and_links_exist() -> None:
    assert set(re.findall(r"`(edgetpu\.[a-z_]+)`", TEXT)) <= {check.name for check in CHECKS}
    for name in re.findall(r"`((?:inference|pose|classification)\.\w+)", TEXT):
        assert SCHEMA.value_of(Settings(), name) is not None
    for page in re.findall(r"\]\((\w+\.md)", TEXT):
        assert (ROOT / "docs" / page).exists(), page
    titles = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    headings = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings


def test_commands_parse() -> None:
    commands = re.findall(r"^(?:sudo )?edge ([a-z]+ .+)$", "\n".join(spans()), re.MULTILINE)
    for command in commands:
        build_parser().parse_args(shlex.split(command))
    assert len(commands) > 3


def test_the_library_is_the_one_that_the_doctor_names() -> None:
    release = re.search(r"16\.0tf\S+", FITTING)
    assert release is not None
    assert release[0] in TEXT


def spans() -> list[str]:
    """What is set as code."""
    blocks = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return [*blocks, *re.findall(r"`([^`\n]+)`", TEXT)]
