from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.daemon.reload_outcome import Reloaded, ReloadOutcome

if TYPE_CHECKING:
    from collections.abc import Callable


def test_who_asks_is_told_what_was_refused(tmp_path: Path) -> None:
    service = ReloadOutcome.of_service({"RUNTIME_DIRECTORY": str(tmp_path)})
    outcome = ReloadOutcome(tmp_path)
    refused = Reloaded(refused="pose.fit is wrong")
    assert outcome.after(lambda: service.tell(refused), 5) == refused
    done = Reloaded(("pose.fit",), ("camera.fps",))
    assert outcome.after(lambda: service.tell(done), 5) == done
    assert outcome.after(lambda: service.tell(done), 5) == done, "the same, told again"


def test_what_was_told_before_does_not_count(tmp_path: Path) -> None:
    ReloadOutcome(tmp_path).tell(Reloaded(("pose.fit",)))
    assert ReloadOutcome(tmp_path).after(lambda: None, 0.2) is None


def test_without_a_service_nothing_is_known_and_nobody_waits(tmp_path: Path) -> None:
    ReloadOutcome.of_service({}).tell(Reloaded())
    assert ReloadOutcome(tmp_path / "none").after(lambda: None, 60) is None


def _link(file: Path) -> None:
    secret = file.with_name("shadow")
    secret.write_text(json.dumps({"applied": [], "waiting": [], "refused": "root:secret"}))
    file.symlink_to(secret)


@pytest.mark.parametrize(
    "plant",
    [
        _link,
        os.mkfifo,
        Path.mkdir,
        lambda file: file.write_text(json.dumps({"applied": [], "waiting": [], "refused": "x" * 5000})),
        lambda file: file.write_text("root:secret"),
        lambda file: file.write_text("[]"),
        lambda file: file.write_text('{"applied": 1, "waiting": [], "refused": ""}'),
        lambda file: file.write_text("[" * 4000),
        lambda file: file.write_bytes(b"\xff"),
    ],
    ids=["link", "pipe", "folder", "too long", "no JSON", "a list", "a number", "deep", "no text"],
)
@pytest.mark.timeout(10)
def test_what_the_service_may_have_put_there_is_not_followed_or_waited_for(
    plant: Callable[[Path], object], tmp_path: Path
) -> None:
    told = ReloadOutcome(tmp_path).after(lambda: plant(tmp_path / "reload"), 5)
    assert told is not None
    assert told.refused.startswith("what it says of that cannot be read (")
    assert "secret" not in told.refused


def test_what_is_told_controls_no_terminal(tmp_path: Path) -> None:
    said = {"applied": ["\x1b[2J"], "waiting": ["\u202e"], "refused": "\x9b wrong\ntwo"}
    file = tmp_path / "reload"
    told = ReloadOutcome(tmp_path).after(lambda: file.write_text(json.dumps(said)), 5)
    assert told == Reloaded(("\\x1b[2J",), ("\\u202e",), "\\x9b wrong\ntwo")


@pytest.mark.parametrize("refused", ["ö" * 5000, "\udce9" * 5000, "\x1b" * 5000])
def test_a_long_refusal_is_cut_and_still_told(refused: str, tmp_path: Path) -> None:
    service = ReloadOutcome.of_service({"RUNTIME_DIRECTORY": str(tmp_path)})
    told = ReloadOutcome(tmp_path).after(lambda: service.tell(Reloaded(refused=refused)), 5)
    assert told is not None
    assert told.refused
    assert "cannot be read" not in told.refused
