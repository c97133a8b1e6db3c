from __future__ import annotations

import os
import select
import threading

import pytest

from edge.base.wake_fd import WakeFd


def test_calls_while_nobody_waits_are_remembered_as_one() -> None:
    wake = WakeFd()
    assert not wake.wait(0)
    wake.call()
    wake.call()
    assert select.select([wake.fd], [], [], 0)[0] == [wake.fd]
    assert wake.wait()
    assert not wake.wait(0)
    wake.close()


def test_a_thread_that_waits_is_woken() -> None:
    wake = WakeFd()
    caller = threading.Timer(0.05, wake.call)
    caller.start()
    assert wake.wait(30)
    caller.join()
    wake.close()


def test_after_its_end_calls_do_nothing() -> None:
    wake = WakeFd()
    wake.close()
    wake.close()
    wake.call()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.eventfd_read(wake.fd)
