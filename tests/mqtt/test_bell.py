from __future__ import annotations

import threading

from edge.mqtt.bell import Bell


def test_a_ring_before_the_wait_is_remembered_once() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(0.0)
    assert not bell.wait(0.01)


def test_a_waiting_thread_is_woken() -> None:
    bell = Bell()
    woken: list[bool] = []
    thread = threading.Thread(target=lambda: woken.append(bell.wait(20.0)))
    thread.start()
    bell.ring()
    thread.join(20.0)
    assert woken == [True]
