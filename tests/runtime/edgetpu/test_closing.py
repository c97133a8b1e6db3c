"""Whatever goes on, it can be ended, and nothing is left of it."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.runtime.edgetpu.bench import Bench, compute, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.runtime.model import Model

CLOSE_S = 2.0


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def nothing_is_left(bench: Bench) -> Iterator[None]:
    """After the test, no process, thread or descriptor is there that was not there before."""
    gc.collect()
    before = descriptors()
    yield
    gc.collect()
    assert bench.workers() == []
    assert [thread.name for thread in threading.enumerate() if "edgetpu" in thread.name] == []
    assert descriptors() < before, "those of the pool itself are gone, too"


def starting(bench: Bench) -> Model:
    bench.control.misbehave("create", "hang", once=True)
    model = bench.open()
    bench.edgetpus.start()
    wait_until(lambda: bench.control.has_misbehaved("create"))
    return model


def ready(bench: Bench) -> Model:
    model = bench.running()
    compute(model)
    return model


def hanging(bench: Bench) -> Model:
    model = bench.running()
    bench.control.misbehave("invoke", "hang", once=True)
    bench.task = threading.Thread(target=compute, args=(model,))
    bench.task.start()
    wait_until(lambda: bench.control.has_misbehaved("invoke"))
    return model


def waiting(bench: Bench) -> Model:
    bench.control.misbehave("create", "fail")
    model = bench.open()
    bench.edgetpus.start()
    wait_until(lambda: bench.kinds()[-1:] == ["wait"])
    return model


def without(bench: Bench) -> Model:
    bench.sysfs.unplug()
    model = bench.open()
    bench.edgetpus.start()
    wait_until(lambda: "attached" in bench.reason())
    return model


def not_started(bench: Bench) -> Model:
    return bench.open()


@pytest.mark.usefixtures("nothing_is_left")
@pytest.mark.parametrize("state", [starting, ready, hanging, waiting, without, not_started])
def test_closing_ends_all(bench: Bench, state: Callable[[Bench], Model]) -> None:
    bench.sysfs.plug()
    model = state(bench)
    began_s = time.monotonic()
    bench.edgetpus.close()
    assert time.monotonic() - began_s < CLOSE_S
    if bench.task:
        bench.task.join()
    assert compute(model) == "cpu"
    bench.edgetpus.close()


def test_what_is_opened_afterwards_is_computed_by_the_cpu(bench: Bench) -> None:
    bench.edgetpus.close()
    model = bench.open()
    assert bench.edgetpus.wait_settled("pose").reason == "the EdgeTPUs are not used any more"
    assert compute(model) == "cpu"


@pytest.mark.usefixtures("nothing_is_left")
def test_a_model_that_nobody_has_any_more_leaves_its_edgetpu(bench: Bench) -> None:
    bench.sysfs.plug()
    model: Any = bench.running()
    del model
    wait_until(lambda: not bench.workers())
    wait_until(lambda: bench.edgetpus.stats() == ())
    assert bench.kinds() == ["ready"], "nothing was lost"
    bench.edgetpus.close()


def test_what_goes_away_does_not_disturb_who_stays(bench: Bench) -> None:
    bench.sysfs.plug()
    stays, goes = bench.open("pose"), bench.open("action")
    bench.edgetpus.start()
    wait_until(bench.is_on_edgetpu)
    (worker,) = bench.workers()
    compute(goes)
    del goes
    assert [compute(stays) for _ in range(5)] == ["edgetpu"] * 5
    assert bench.workers() == [worker]
