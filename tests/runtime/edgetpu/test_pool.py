"""Which models run on which EdgeTPUs, and who is told."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from edge.base.limited_log import LimitedLog
from edge.runtime.edgetpu import reconciler
from edge.runtime.edgetpu.supervisor import Supervisor
from edge.runtime.interpreter import TfliteModel
from tests.runtime.edgetpu.bench import Bench, answer, compute, wait_until
from tests.standin.control import PORT


@pytest.fixture
def ports(bench: Bench) -> tuple[str, str]:
    """Where two sticks are plugged in."""
    ports = PORT, f"{PORT}.1"
    for port in ports:
        bench.sysfs.plug(port)
    bench.control.attach(*bench.sysfs.attached())
    return ports


def test_a_model_moves_to_the_edgetpu_once_that_has_started(bench: Bench) -> None:
    bench.sysfs.plug()
    model = bench.open()
    assert compute(model) == "cpu"
    assert bench.reason() == "the EdgeTPU has not been started yet"
    bench.edgetpus.start()
    status = bench.edgetpus.wait_settled("pose")
    assert (status.backend, status.reason, status.device) == ("edgetpu", None, "usb:0")
    assert compute(model) == "edgetpu"
    assert bench.kinds() == ["ready"]


def test_both_variants_give_their_answers(bench: Bench) -> None:
    bench.sysfs.plug()
    model = bench.running()
    compute(model)
    there = answer(model)
    bench.edgetpus.close()
    assert compute(model) == "cpu"
    here = answer(model)
    alone = TfliteModel(bench.pair.cpu or Path())
    compute(alone)
    np.testing.assert_array_equal(here, answer(alone))
    assert not np.array_equal(here, there), "the stand-in answers with something else"


def test_one_that_appears_later_is_used(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "edge.runtime.edgetpu")
    models = [bench.open("pose"), bench.open("action")]
    bench.edgetpus.start()
    wait_until(lambda: bench.reason() == "no EdgeTPU is attached")
    wait_until(lambda: bool(caplog.messages))
    bench.sysfs.plug()
    wait_until(lambda: bench.is_on_edgetpu("pose", "action"))
    assert [compute(model) for model in models] == ["edgetpu", "edgetpu"]
    wait_until(lambda: len(caplog.messages) > 1)
    calm, moved = caplog.messages
    assert calm == "no EdgeTPU is attached; the CPU computes pose and action"
    assert moved.startswith("the EdgeTPU usb:0 computes pose and action now (after ")


def test_whoever_asks_for_one_is_warned(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "edge.runtime.edgetpu")
    models = [bench.open("pose", "edgetpu"), bench.open("action", "edgetpu:usb:1"), bench.open("hands")]
    bench.sysfs.plug_pcie(has_driver=False)
    bench.edgetpus.start()
    wait_until(lambda: len(caplog.messages) == 3)
    missing = "an EdgeTPU is on PCIe, but its driver is not loaded (see edge doctor)"
    assert caplog.messages == [
        f"pose is to run on the EdgeTPU: {missing}; the CPU runs {models[0].path.name}",
        f"action is to run on the EdgeTPU: {missing}; the CPU runs {models[1].path.name}",
        f"{missing}; the CPU computes hands",
    ]
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "INFO"]


def test_one_more_model_is_a_planned_restart(bench: Bench) -> None:
    bench.sysfs.plug()
    first = bench.running("pose")
    second = bench.open("pose")
    wait_until(bench.is_on_edgetpu)
    third = bench.open("action")
    wait_until(lambda: bench.is_on_edgetpu("pose", "action"))
    assert [compute(model) for model in (first, second, third)] == ["edgetpu"] * 3
    assert set(bench.kinds()) == {"ready"}
    assert bench.edgetpus.status("pose").restarts == 0


def test_models_are_spread_over_several(bench: Bench, ports: tuple[str, str]) -> None:
    models = [bench.open("pose"), bench.open("action"), bench.open("hands", "edgetpu:usb:1")]
    bench.edgetpus.start()
    users = ("pose", "action", "hands")
    wait_until(lambda: bench.is_on_edgetpu(*users))
    assert [bench.edgetpus.status(user).device for user in users] == ["usb:0", "usb:0", "usb:1"]
    assert [compute(model) for model in models] == ["edgetpu"] * 3
    assert [stats.path for stats in bench.edgetpus.stats()] == [f"/sys/bus/usb/devices/{port}" for port in ports]
    assert len(bench.workers()) == 2
    bench.sysfs.unplug(ports[0])
    wait_until(lambda: bench.kinds("action")[-1:] == ["gone"])
    assert [compute(model) for model in models] == ["cpu", "cpu", "edgetpu"], "the other one is left in peace"
    bench.sysfs.plug(ports[0])
    wait_until(lambda: bench.is_on_edgetpu(*users))
    assert bench.kinds("hands") == ["ready"]


def test_how_it_does_is_told(bench: Bench) -> None:
    bench.sysfs.plug_pcie(temperature_c=51.5)
    bench.control.attach(*bench.sysfs.attached())
    model = bench.running()
    for _ in range(20):
        compute(model)
    (stats,) = bench.edgetpus.stats()
    assert (stats.device, stats.path, stats.state) == ("pci:0", "/sys/class/apex/apex_0", "ready")
    assert (stats.temperature_c, stats.restarts, stats.error) == (51.5, 0, None)
    assert 1 < stats.rate_hz <= 2, "over ten seconds"


def test_one_that_is_lost_again_and_again_hides_no_loss_of_another(
    bench: Bench, ports: tuple[str, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimitedLog.__init__, "__kwdefaults__", {"burst": 1, "clock_s": time.monotonic})
    models = [bench.open("pose"), bench.open("action")]
    bench.edgetpus.start()
    wait_until(lambda: bench.is_on_edgetpu("pose", "action"))
    bench.sysfs.unplug(ports[1])
    wait_until(lambda: bench.kinds("action") == ["ready", "gone"])
    bench.sysfs.plug(ports[1])
    wait_until(lambda: bench.is_on_edgetpu("action"))
    bench.sysfs.unplug(ports[1])
    wait_until(lambda: bench.kinds("action") == ["ready", "gone", "ready", "gone"])
    bench.sysfs.unplug(ports[0])
    wait_until(lambda: bench.kinds("pose") == ["ready", "gone"])
    assert [message for message in caplog.messages if "gone for" in message] == [
        "the EdgeTPU usb:1 is gone for action: it was unplugged",
        "the EdgeTPU usb:0 is gone for pose: it was unplugged",
    ]
    assert len(models) == len(ports)


def test_a_machine_that_is_out_of_threads_is_tried_again(
    bench: Bench, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.sysfs.plug()
    model = bench.open()
    start = Supervisor.start
    starts: list[Supervisor] = []

    def out_of_threads(one: Supervisor) -> None:
        starts.append(one)
        if len(starts) > 1:
            start(one)
            return
        with monkeypatch.context() as patched:
            patched.setattr(threading, "_start_new_thread", no_thread)
            start(one)

    monkeypatch.setattr(Supervisor, "start", out_of_threads)
    bench.edgetpus.start()
    wait_until(bench.is_on_edgetpu)
    assert compute(model) == "edgetpu"
    assert caplog.messages == ["EdgeTPUs cannot be looked after now (can't start new thread); it is tried again"]


def no_thread(*_: object) -> None:
    raise RuntimeError("can't start new thread")


def test_its_restarts_are_those_of_the_very_device(bench: Bench) -> None:
    bench.sysfs.plug(f"{PORT}.1")
    bench.control.attach(*bench.sysfs.attached())
    model = bench.running()
    bench.control.misbehave("invoke", "abort", once=True)
    assert compute(model) == "cpu"
    wait_until(bench.is_on_edgetpu)
    bench.sysfs.plug(PORT)
    wait_until(lambda: [(tpu.device, tpu.restarts) for tpu in bench.edgetpus.stats()] == [("usb:1", 1)])


def test_nobody_has_asked_for_anything(bench: Bench) -> None:
    bench.edgetpus.start()
    assert bench.edgetpus.stats() == ()
    assert bench.reason() == "it has no model for the EdgeTPU"


def test_models_move_where_there_is_room(bench: Bench, ports: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciler, "_HOLD_S", 0.0)
    models = [bench.open("pose"), bench.open("action")]
    bench.edgetpus.start()
    wait_until(lambda: bench.is_on_edgetpu("pose", "action"))
    bench.sysfs.unplug(ports[0])
    wait_until(lambda: bench.kinds("pose") == ["ready", "gone", "ready"])
    assert bench.edgetpus.status("pose").device == "usb:0", "the one that is left"
    bench.sysfs.plug(ports[0])
    wait_until(lambda: [step.kind for step in bench.steps].count("ready") == 4)  # the first two, both, who has moved
    paths = {bench.edgetpus.status(user).device for user in ("pose", "action")}
    assert paths == {"usb:0", "usb:1"}
    bench.control.misbehave("invoke", "abort", once=True)
    assert compute(models[1]) == "cpu"
    assert compute(models[0]) == "edgetpu", "what happens where it was does not concern it"


def test_one_that_comes_back_to_where_it_was_runs_there_again(
    bench: Bench, ports: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "_HOLD_S", 0.0)
    bench.sysfs.unplug(ports[1])
    models = [bench.open("pose"), bench.open("action")]
    bench.edgetpus.start()
    wait_until(lambda: bench.is_on_edgetpu("pose", "action"))
    bench.sysfs.plug(ports[1])
    wait_until(lambda: bench.edgetpus.status("action").device == "usb:1" and bench.kinds("action") == ["ready"] * 2)
    bench.sysfs.unplug(ports[1])
    wait_until(lambda: "gone" in bench.kinds("action"))
    wait_until(lambda: bench.is_on_edgetpu("pose", "action"))
    assert [compute(model) for model in models] == ["edgetpu"] * 2
