from __future__ import annotations

from edge.mqtt.states import RetainedStates


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
