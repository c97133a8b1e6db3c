from __future__ import annotations

from edge.mqtt.outbox import Outbox, OutboxEvent, RetainedStates


def filled(count: int, *, max_events: int = 100, max_bytes: int = 10_000) -> Outbox:
    outbox = Outbox(max_events=max_events, max_bytes=max_bytes)
    for number in range(count):
        outbox.put(b"%d" % number)
    return outbox


def taken(outbox: Outbox, count: int) -> list[OutboxEvent]:
    events = [outbox.take() for _ in range(count)]
    return [event for event in events if event]


def payloads(events: list[OutboxEvent]) -> list[bytes]:
    return [event.payload for event in events]


def test_events_come_out_in_order() -> None:
    outbox = filled(3)
    assert payloads(taken(outbox, 4)) == [b"0", b"1", b"2"]
    assert outbox.waiting == 3


def test_an_event_leaves_when_it_is_settled() -> None:
    outbox = filled(3)
    first, second, third = taken(outbox, 3)
    outbox.settle(second, accepted=True)
    outbox.rewind()
    assert taken(outbox, 3) == [first, third]
    outbox.settle(first, accepted=True)
    outbox.settle(third, accepted=True)
    outbox.rewind()
    assert (outbox.take(), outbox.waiting, outbox.dropped) == (None, 0, 0)


def test_what_was_under_way_comes_first_again_in_order() -> None:
    outbox = filled(5)
    taken(outbox, 3)
    outbox.rewind()
    assert payloads(taken(outbox, 5)) == [b"0", b"1", b"2", b"3", b"4"]


def test_an_answer_that_comes_too_late_changes_nothing() -> None:
    outbox = filled(1)
    (event,) = taken(outbox, 1)
    outbox.rewind()
    outbox.settle(event, accepted=True)
    assert outbox.take() == event


def test_an_event_the_broker_will_not_have_is_dropped() -> None:
    outbox = filled(1)
    (event,) = taken(outbox, 1)
    outbox.settle(event, accepted=False)
    assert (outbox.waiting, outbox.dropped) == (0, 1)


def test_the_oldest_makes_room_by_count() -> None:
    outbox = filled(10, max_events=4)
    assert outbox.dropped == 6
    assert payloads(taken(outbox, 10)) == [b"6", b"7", b"8", b"9"]


def test_the_oldest_makes_room_by_bytes() -> None:
    outbox = Outbox(max_events=100, max_bytes=100)
    assert [outbox.put(bytes([number]) * 30) for number in range(5)] == [0, 0, 0, 1, 1]
    assert outbox.put(bytes(90)) == 3
    assert payloads(taken(outbox, 9)) == [bytes(90)]


def test_an_event_larger_than_everything_is_dropped_itself() -> None:
    outbox = Outbox(max_events=100, max_bytes=100)
    assert outbox.put(bytes(101)) == 1
    assert (outbox.waiting, outbox.dropped) == (0, 1)


def test_what_is_under_way_is_not_dropped() -> None:
    outbox = filled(4, max_events=4)
    under_way = taken(outbox, 2)
    for number in range(4, 8):
        outbox.put(b"%d" % number)
    outbox.rewind()
    assert payloads(taken(outbox, 9)) == [*payloads(under_way), b"6", b"7"]


def sent(states: RetainedStates) -> list[tuple[str, bytes]]:
    """Send everything that is due."""
    done = []
    while due := states.next():
        states.sent(due[0])
        done.append(due)
    return done


def test_each_value_is_sent_once() -> None:
    states = RetainedStates()
    states.put("state/pose", b"1")
    states.put("state/action", b"2")
    assert sent(states) == [("state/pose", b"1"), ("state/action", b"2")]
    assert sent(states) == []


def test_the_last_value_wins() -> None:
    states = RetainedStates()
    assert states.put("state/pose", b"1")
    assert not states.put("state/pose", b"2")
    assert sent(states) == [("state/pose", b"2")]
    assert states.put("state/pose", b"3")


def test_all_are_sent_again_on_a_new_connection() -> None:
    states = RetainedStates()
    states.put("state/pose", b"1")
    states.put("state/action", b"2")
    assert states.sent("state/pose")
    states.renew()
    assert sent(states) == [("state/action", b"2"), ("state/pose", b"1")]
    states.renew()
    assert not states.sent("state/pose")
