"""What goes wrong with an EdgeTPU costs no frame, and does not last."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from edge.runtime.edgetpu import supervisor
from tests.runtime.edgetpu.bench import PATIENCE_S, Bench, compute, wait_until
from tests.standin.control import PORT

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import Model
    from edge.types import Backend, StepKind


@pytest.mark.parametrize("what", ["abort", "hang", "fail", "slow"])
def test_what_goes_wrong_there_costs_no_frame(bench: Bench, what: Any) -> None:
    bench.sysfs.plug()
    model = bench.running()
    for _ in range(10):
        compute(model)
    bench.control.misbehave("invoke", what, 1500, once=True)
    assert compute(model) == "cpu"
    assert bench.reason().startswith("the EdgeTPU usb:0 does not work: it"), "from that very frame on"
    wait_until(bench.is_on_edgetpu)
    assert compute(model) == "edgetpu"
    assert bench.kinds() == ["ready", "lost", "restart", "ready"]
    assert bench.edgetpus.status("pose").restarts == 1


def test_two_tasks_share_one(bench: Bench) -> None:
    bench.sysfs.plug()
    models = [bench.open("pose"), bench.open("classification")]
    bench.edgetpus.start()
    wait_until(lambda: bench.is_on_edgetpu("pose", "classification"))
    assert len(bench.workers()) == 1
    backends: list[Backend] = []

    def task(model: Model) -> None:
        backends.extend(compute(model, seed) for seed in range(40))

    bench.control.misbehave("invoke", "hang", once=True)
    threads = [threading.Thread(target=task, args=(model,)) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(backends) == 80, "every frame has its result"
    assert "cpu" in backends
    wait_until(lambda: bench.is_on_edgetpu("pose", "classification"))
    assert [step.kind for step in bench.steps] == ["ready", "lost", "restart", "ready"]
    assert {step.users for step in bench.steps} == {("pose", "classification")}


def test_a_worker_that_dies_while_nobody_needs_it_is_back(bench: Bench) -> None:
    bench.sysfs.plug()
    model = bench.running()
    (worker,) = bench.workers()
    os.kill(worker, signal.SIGABRT)
    wait_until(lambda: bench.kinds() == ["ready", "lost", "restart", "ready"])
    assert "SIGABRT" in bench.steps[1].why
    assert compute(model) == "edgetpu"


@pytest.mark.parametrize(("when", "what"), [("create", "abort"), ("create", "fail"), ("invoke", "abort")])
def test_a_worker_that_dies_at_its_start_is_started_again(bench: Bench, when: Any, what: Any) -> None:
    bench.sysfs.plug()
    bench.control.misbehave(when, what, once=True)
    model = bench.running()
    assert bench.kinds() == ["lost", "restart", "ready"]
    assert compute(model) == "edgetpu"


def test_a_start_takes_as_long_as_the_firmware_does(bench: Bench) -> None:
    """The first use brings the stick back as another device; with USB 3, also on another bus."""
    other = f"1{PORT[1:]}"
    bench.sysfs.plug(other, has_firmware=False)
    bench.control.attach(f"usb /sys/bus/usb/devices/{other}")
    bench.control.misbehave("create", "slow", 4000, once=True)
    model = bench.open()
    bench.edgetpus.start()
    wait_until(lambda: bool(bench.workers()))
    assert compute(model) == "cpu"
    bench.sysfs.unplug(other)
    time.sleep(1.5)  # so that its absence is seen
    bench.sysfs.plug(PORT)
    wait_until(bench.is_on_edgetpu)
    assert compute(model) == "edgetpu"
    wait_until(lambda: [one.path for one in bench.edgetpus.stats()] == [f"/sys/bus/usb/devices/{PORT}"])
    assert bench.kinds() == ["ready"]


def test_two_take_their_firmware_at_the_same_time(bench: Bench) -> None:
    before, after = ([f"{bus}{PORT[1:]}{hub}" for hub in ("", ".1")] for bus in (1, 2))
    for port in before:
        bench.sysfs.plug(port, has_firmware=False)
    bench.control.attach(*bench.sysfs.attached())
    bench.control.misbehave("create", "slow", 4000)
    models = [bench.open("pose"), bench.open("action")]
    bench.edgetpus.start()
    wait_until(lambda: len(bench.workers()) == 2)
    workers = set(bench.workers())
    for port in before:
        bench.sysfs.unplug(port)
    time.sleep(1.5)  # so that their absence is seen
    for port in after:
        bench.sysfs.plug(port)
    wait_until(lambda: bench.is_on_edgetpu("pose", "action"))
    wait_until(lambda: {tpu.path for tpu in bench.edgetpus.stats()} == {f"/sys/bus/usb/devices/{at}" for at in after})
    assert [compute(model) for model in models] == ["edgetpu", "edgetpu"]
    assert (bench.kinds("pose"), bench.kinds("action")) == (["ready"], ["ready"])
    assert set(bench.workers()) == workers


def test_one_that_is_unplugged_and_comes_back(bench: Bench) -> None:
    bench.sysfs.plug()
    model = bench.running()
    bench.sysfs.unplug()
    wait_until(lambda: bench.kinds() == ["ready", "gone"])
    assert bench.reason() == "the EdgeTPU usb:0 was unplugged"
    assert compute(model) == "cpu"
    assert bench.workers() == []
    assert bench.edgetpus.stats() == ()
    bench.sysfs.plug()
    wait_until(bench.is_on_edgetpu)
    assert compute(model) == "edgetpu"
    assert bench.kinds() == ["ready", "gone", "ready"]


def test_one_that_fails_and_fails_climbs_the_ladder_until_it_is_plugged_in_anew(bench: Bench) -> None:
    bench.sysfs.plug()
    bench.control.misbehave("create", "fail")
    model = bench.open()
    bench.edgetpus.start()
    again: list[StepKind] = ["lost", "restart"]
    wait_until(lambda: bench.kinds() == [*again, *again, "lost", "reset", "restart", "lost", "wait"])
    assert re.fullmatch(r"libedgetpu cannot open usb:0.*; it is tried again in 10 s", bench.steps[-1].why)
    (stats,) = bench.edgetpus.stats()
    assert (stats.state, stats.restarts) == ("waiting", 3)
    assert (stats.error or "").startswith("the EdgeTPU usb:0 does not work: libedgetpu cannot open usb:0")
    assert compute(model) == "cpu"
    bench.control.behave()
    bench.sysfs.unplug()
    bench.sysfs.plug()
    wait_until(bench.is_on_edgetpu, 8)
    assert compute(model) == "edgetpu"


def test_one_that_hangs_at_its_start_is_unplugged_and_plugged_in(bench: Bench) -> None:
    bench.sysfs.plug()
    model = bench.running()
    bench.control.misbehave("create", "hang", once=True)
    (worker,) = bench.workers()
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: bench.control.has_misbehaved("create"))
    bench.sysfs.unplug()
    wait_until(lambda: bench.kinds() == ["ready", "lost", "restart", "gone"], 15)
    assert compute(model) == "cpu"
    bench.sysfs.plug()
    wait_until(bench.is_on_edgetpu)
    assert compute(model) == "edgetpu"


def test_a_worker_that_cannot_be_killed_is_no_stranger(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that is stuck in the kernel until the EdgeTPU is reset."""
    kill, killpg = subprocess.Popen.kill, os.killpg
    stuck: list[int] = []
    monkeypatch.setattr(subprocess.Popen, "kill", lambda child: None if child.pid in stuck else kill(child))
    monkeypatch.setattr(os, "killpg", lambda pid, number: None if pid in stuck else killpg(pid, number))

    def reset(_node: Path, _stop: int) -> str:
        killpg(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return ""

    monkeypatch.setattr(supervisor, "reset_usb", reset)
    bench.sysfs.plug()
    model = bench.running()
    stuck += bench.workers()
    (pid,) = stuck
    bench.control.misbehave("invoke", "hang", once=True)
    assert compute(model) == "cpu"
    wait_until(bench.is_on_edgetpu)
    again: list[StepKind] = ["lost", "restart"]
    assert bench.kinds() == ["ready", *again, *again, "lost", "reset", "restart", "ready"]
    assert bench.steps[3].why == f"its last process ({pid}) is stuck in the kernel"


def test_one_that_comes_back_to_a_worker_that_hangs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_MOVE_S", 1.0)
    bench.sysfs.plug()
    bench.control.misbehave("create", "hang", once=True)
    model = bench.open()
    bench.edgetpus.start()
    wait_until(lambda: bench.control.has_misbehaved("create"))
    bench.sysfs.unplug()
    bench.sysfs.plug()
    wait_until(bench.is_on_edgetpu, 15)
    assert compute(model) == "edgetpu"
    assert bench.kinds() == ["ready"]


def test_a_reset_may_cost_it_its_firmware_and_is_no_unplugging(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """No device that could be reset is at hand; this is what the bus shows of one that is."""
    back = threading.Timer(1.5, bench.sysfs.plug, kwargs={"has_firmware": False})

    def reset(_node: Path, _stop: int) -> str:
        bench.sysfs.unplug()
        bench.control.behave()
        back.start()
        return ""

    monkeypatch.setattr(supervisor, "reset_usb", reset)
    bench.sysfs.plug()
    bench.control.misbehave("create", "fail")
    model = bench.open()
    bench.edgetpus.start()
    wait_until(bench.is_on_edgetpu)
    back.join()
    assert compute(model) == "edgetpu"
    again: list[StepKind] = ["lost", "restart"]
    assert bench.kinds() == [*again, *again, "lost", "reset", "restart", "ready"]
    time.sleep(1.5)  # so that its return is seen
    assert bench.kinds()[-1] == "ready"
