from __future__ import annotations

import threading

from edge.base.wake_up import WakeUp


def test_a_ring_before_the_wait_is_remembered_once() -> None:
    wake_up = WakeUp()
    wake_up.call()
    wake_up.call()
    assert wake_up.wait(0.0)
    assert not wake_up.wait(0.01)


def test_a_waiting_thread_is_woken() -> None:
    wake_up = WakeUp()
    woken: list[bool] = []
    thread = threading.Thread(target=lambda: woken.append(wake_up.wait(20.0)))
    thread.start()
    wake_up.call()
    thread.join(20.0)
    assert woken == [True]
