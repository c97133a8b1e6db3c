from __future__ import annotations

import os
import subprocess
import sys
import threading

import cv2
import pytest

from edge.base.threads import WakeUp, make_way, tune_process


def test_a_tuned_process_leaves_its_cores_to_inference() -> None:
    before_s, pool = sys.getswitchinterval(), cv2.getNumThreads()
    try:
        tune_process()
        assert sys.getswitchinterval() < 0.001
        assert cv2.getNumThreads() == 1
    finally:
        sys.setswitchinterval(before_s)
        cv2.setNumThreads(pool)


def test_only_the_thread_that_makes_way_comes_after_the_others() -> None:
    found: list[int] = []
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def work() -> None:
        make_way()
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found[0] > before
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


PROGRAM = """
import os, threading
from edge.base.threads import make_way
def work():
    make_way()
    make_way()
    print(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""


@pytest.mark.parametrize("nice", [0, 3, 10, 19])
def test_whatever_the_process_was_started_with_a_thread_is_lowered_and_never_raised(nice: int) -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    words = ["nice", "-n", str(nice), sys.executable, "-c", PROGRAM]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    own = min(before + nice, 19)
    assert list(map(int, done.stdout.split())) == [min(own + 5, 19), own]


def test_a_call_before_the_wait_is_remembered_once() -> None:
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
