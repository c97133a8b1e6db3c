"""From one thread to another: the newest wins."""

from __future__ import annotations

import threading

import pytest

from edge.camera.handover import Handover
from edge.errors import CameraError


def test_the_newest_wins_and_the_others_are_counted() -> None:
    handover: Handover[str] = Handover()
    for item in ("a", "b", "c"):
        handover.put(item)
    assert (handover.take(0.0), handover.dropped) == ("c", 2)
    with pytest.raises(TimeoutError):
        handover.take(0.0)


def test_what_came_before_the_end_is_still_taken() -> None:
    handover: Handover[str] = Handover()
    handover.put("a")
    handover.end("lost")
    handover.end()
    assert handover.take(0.0) == "a"
    with pytest.raises(CameraError, match="lost"):
        handover.take(0.0)


def test_closing_wakes_whoever_waits_and_what_comes_later_is_nothing() -> None:
    handover: Handover[str] = Handover()
    taken: list[str | None] = []
    thread = threading.Thread(target=lambda: taken.append(handover.take(60.0)))
    thread.start()
    handover.close()
    thread.join(5.0)
    handover.put("late")
    handover.end("lost")
    assert taken == [None]
    assert handover.take(0.0) is None
