"""What a machine goes through while it is measured is seen, and told with what to do about it."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from edge.benchmark import conditions
from edge.benchmark.conditions import Conditions, MachineMeter, slow_lines, warnings_of
from edge.doctor.system import NOT_FOUND, Output, System
from tests.edgetpu.sysfs import Sysfs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CORES = 4
CALM = Conditions(temperature_c=61.0, edgetpu_temperature_c=48.3, throttled=False, others_busy_cores=0.1)


def write(root: Path, name: str, text: str) -> None:
    path = root / name.lstrip("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def answer(state: str, words: Sequence[str], _limit_s: float) -> Output:
    """What ``systemctl show`` says of the service; there is no other command."""
    return Output(0, f"LoadState=loaded\nActiveState={state}") if words[0] == "systemctl" else Output(NOT_FOUND)


@pytest.fixture
def pi(tmp_path: Path) -> System:
    write(tmp_path, "/proc/stat", "cpu  1000 0 500 90000 10 0 0 0 0 0\ncpu0 …\n")
    write(tmp_path, "/sys/class/thermal/thermal_zone0/temp", "61000\n")
    write(tmp_path, "/sys/devices/platform/soc/soc:firmware/get_throttled", "50000\n")
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    return System(tmp_path, run=partial(answer, "inactive"))


def test_the_hottest_moment_and_any_throttling_are_remembered(pi: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "_LOOK_S", 0.0)
    meter = MachineMeter(pi)
    meter.look()
    assert meter.conditions().throttled is False  # it was once, before

    write(pi.root, "/sys/class/thermal/thermal_zone0/temp", "84500\n")
    write(pi.root, "/sys/devices/platform/soc/soc:firmware/get_throttled", "50004\n")
    meter.look()
    write(pi.root, "/sys/class/thermal/thermal_zone0/temp", "70000\n")
    write(pi.root, "/sys/devices/platform/soc/soc:firmware/get_throttled", "50000\n")
    meter.look()

    found = meter.conditions()
    assert (found.temperature_c, found.throttled) == (84.5, True)
    slowed, hot = warnings_of(found, CORES)
    assert "slowed down by heat or low voltage" in slowed
    assert "84 °C" in hot


def test_it_is_looked_at_once_a_second_at_most(pi: System) -> None:
    meter = MachineMeter(pi)
    meter.look()
    write(pi.root, "/sys/class/thermal/thermal_zone0/temp", "90000\n")
    meter.look()
    assert meter.conditions().temperature_c == 61.0


def test_time_that_others_took_is_told_from_ones_own(pi: System) -> None:
    meter, began_s, own_s = MachineMeter(pi), time.monotonic(), time.process_time()
    while time.process_time() - own_s < 0.1:  # ten ticks of the kernel's clock, all of them one's own
        pass
    write(pi.root, "/proc/stat", "cpu  1010 0 500 90000 10 0 0 0 0 0\n")
    assert meter.conditions().others_busy_cores == pytest.approx(0, abs=0.1)

    write(pi.root, "/proc/stat", "cpu  1010 0 530 90000 10 0 0 20 0 0\n")  # 0.5 s more
    others = meter.conditions().others_busy_cores
    assert others == pytest.approx(0.5 / (time.monotonic() - began_s), rel=0.3)


def test_the_service_at_work_beside_is_seen(pi: System) -> None:
    found = MachineMeter(System(pi.root, run=partial(answer, "active"))).conditions()
    assert found.service_runs
    (warning,) = warnings_of(found, CORES)
    assert "sudo systemctl stop edge" in warning
    assert not MachineMeter(pi).conditions().service_runs


def test_nothing_is_said_of_a_calm_machine() -> None:
    assert list(warnings_of(CALM, CORES)) == []


def test_a_busy_machine_is_told() -> None:
    busy = Conditions(others_busy_cores=1.3)
    assert list(warnings_of(busy, CORES)) == ["other programs kept 1.3 of 4 cores busy; end them and measure again"]


def test_an_edgetpu_on_pcie_says_how_warm_it_is(pi: System) -> None:
    Sysfs(pi.root).plug_pcie(temperature_c=86.4)
    meter = MachineMeter(pi)
    meter.look()
    found = meter.conditions()
    assert found.edgetpu_temperature_c == 86.4
    assert list(warnings_of(found, CORES)) == [
        "the EdgeTPU got 86 °C hot and slows down from 85 °C on: give it a heat sink"
    ]


def test_of_a_machine_that_says_nothing_nothing_is_known(tmp_path: Path) -> None:
    meter = MachineMeter(System(tmp_path))
    meter.look()
    assert meter.conditions() == Conditions()
    assert list(warnings_of(Conditions(), CORES)) == []


def test_a_coral_on_usb_2_is_told(tmp_path: Path) -> None:
    sysfs = Sysfs(tmp_path)
    sysfs.plug("1-1", speed_mbit_s=480)
    sysfs.plug("2-1")
    (told,) = slow_lines({"cpu", "usb:0", "usb:1"}, System(tmp_path))
    assert told.startswith("usb:0 runs at 480 Mbit/s, which is USB 2")
    assert list(slow_lines({"cpu", "usb:1"}, System(tmp_path))) == []
