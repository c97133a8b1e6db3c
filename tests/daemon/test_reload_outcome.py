from __future__ import annotations

from typing import TYPE_CHECKING

from edge.daemon.reload_outcome import Reloaded, ReloadOutcome

if TYPE_CHECKING:
    from pathlib import Path


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
