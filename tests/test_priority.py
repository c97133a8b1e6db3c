from __future__ import annotations

import os
import threading

from edge.priority import make_way


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
