"""Where frames wait."""

from __future__ import annotations

import threading

from edge.daemon.frame_inbox import LatestInbox, QueueInbox
from tests.support import make_frame


def test_the_newest_frame_replaces_one_that_waits() -> None:
    inbox = LatestInbox()
    for number in range(3):
        inbox.put(make_frame(number=number))

    frame = inbox.get()

    assert frame is not None
    assert frame.number == 2
    assert (inbox.received, inbox.dropped) == (3, 2)


def test_a_closed_inbox_hands_out_what_is_left() -> None:
    for inbox in (LatestInbox(), QueueInbox()):
        inbox.put(make_frame(number=7))
        inbox.close()

        first, second = inbox.get(), inbox.get()

        assert first is not None
        assert first.number == 7
        assert second is None


def test_a_queue_drops_nothing_and_keeps_the_order() -> None:
    inbox = QueueInbox()

    def feed() -> None:
        for number in range(100):
            inbox.put(make_frame(number=number))
        inbox.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    numbers = []
    while (frame := inbox.get()) is not None:
        numbers.append(frame.number)
    feeder.join()

    assert numbers == list(range(100))
    assert (inbox.received, inbox.dropped) == (100, 0)


def test_closing_frees_whoever_waits_for_room() -> None:
    inbox = QueueInbox()
    inbox.put(make_frame())
    inbox.put(make_frame())
    waiting = threading.Thread(target=inbox.put, args=(make_frame(),))
    waiting.start()

    inbox.close()
    waiting.join(10)

    assert not waiting.is_alive()
    assert inbox.dropped == 1


def test_closing_frees_whoever_waits_for_a_frame() -> None:
    for inbox in (LatestInbox(), QueueInbox()):
        answers: list[object] = []
        waiting = threading.Thread(target=lambda box=inbox, into=answers: into.append(box.get()))
        waiting.start()

        inbox.close()
        waiting.join(10)

        assert answers == [None]
