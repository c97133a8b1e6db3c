"""What the doctor says of EdgeTPUs where nothing, or something else, is wrong."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from edge.doctor.checks.coral_library import built_on
from edge.doctor.examine import CHECKS, examine
from edge.doctor.system import Output
from tests.doctor.machines import KERNEL, STICK, Machine, raspberry_pi
from tests.standin.control import PORT

if TYPE_CHECKING:
    from pathlib import Path

    from edge.doctor.finding import Finding


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A Raspberry Pi with a Coral on USB, on which nothing is wrong."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return raspberry_pi(tmp_path)


def look(machine: Machine, name: str) -> list[Finding]:
    """What the check of that name finds."""
    return examine(machine.subject(), [check for check in CHECKS if check.name == name])


def look_once(machine: Machine, name: str) -> tuple[str, str]:
    """The verdict and the sentence of a check that finds one thing."""
    (found,) = look(machine, name)
    return found.verdict, found.why


@pytest.mark.parametrize(
    ("vendor", "product", "state"),
    [("18d1", "9302", "its firmware is loaded"), ("1a6e", "089a", "not used since it was plugged in")],
)
def test_a_coral_on_usb_is_known_by_both_its_ids(machine: Machine, vendor: str, product: str, state: str) -> None:
    machine.write(f"{STICK}/idVendor", f"{vendor}\n")
    machine.write(f"{STICK}/idProduct", f"{product}\n")
    assert look_once(machine, "edgetpu.device") == ("ok", f"usb:0: a Coral on USB, port {PORT} ({state})")
    assert look_once(machine, "edgetpu.permissions") == ("ok", "the user edge may open /dev/bus/usb/002/003")


def test_each_of_several_is_told_by_the_name_it_has_in_the_configuration(machine: Machine) -> None:
    other = "sys/bus/usb/devices/1-9"
    for name, text in {"idVendor": "1a6e", "idProduct": "089a", "busnum": "1", "devnum": "7", "speed": "480"}.items():
        machine.write(f"{other}/{name}", f"{text}\n")
    machine.write("dev/bus/usb/001/007")
    assert [found.why.partition(",")[0] for found in look(machine, "edgetpu.device")] == [
        "usb:0: a Coral on USB",
        "usb:1: a Coral on USB",
    ]
    assert [(found.verdict, found.why[:5]) for found in look(machine, "edgetpu.link")] == [
        ("warning", "usb:0"),
        ("ok", "usb:1"),
    ]


def test_a_coral_on_pcie_with_its_driver_is_well(machine: Machine) -> None:
    machine.coral_on_pcie()
    assert look_once(machine, "edgetpu.device") == ("ok", "pci:0: a Coral on PCIe, /dev/apex_0")
    assert look_once(machine, "edgetpu.pcie") == ("ok", "the driver has the Coral and its interrupts")
    assert look_once(machine, "edgetpu.temperature") == ("ok", "pci:0 is at 51 °C")
    assert look_once(machine, "edgetpu.permissions") == ("ok", "the user edge may open /dev/apex_0")
    assert look_once(machine, "edgetpu.link") == ("skipped", "no Coral is on USB")


def test_an_own_trip_point_counts(machine: Machine) -> None:
    machine.coral_on_pcie()
    machine.write("sys/class/apex/apex_0/trip_point0_temp", "50000\n")
    assert look_once(machine, "edgetpu.temperature")[1].endswith("from 50 °C on it slows itself down")


def test_a_pi_5_whose_interrupts_arrive_needs_no_more(machine: Machine) -> None:
    """Whatever overlay has done it: what counts is what the driver says."""
    machine.write("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
    machine.coral_on_pcie()
    assert look_once(machine, "edgetpu.pcie")[0] == "ok"


def test_with_its_overlay_a_lame_coral_is_no_matter_of_the_configuration(machine: Machine) -> None:
    machine.write("proc/device-tree/model", "Raspberry Pi Compute Module 5 Rev 1.0\0")
    machine.write("boot/firmware/config.txt", "dtparam=pciex1\ndtoverlay=pcie-32bit-dma-pi5\n")
    machine.coral_on_pcie(status="LAMED")
    (found,) = look(machine, "edgetpu.pcie")
    assert (found.verdict, "is LAMED" in found.why, "firmware" in found.fix) == ("failed", True, True)


def test_a_package_that_is_no_longer_installed_has_no_version(machine: Machine) -> None:
    machine.coral_on_pcie(has_driver=False)
    machine.commands["dpkg-query"] = Output(0, "config-files 1.0-18")
    assert look_once(machine, "edgetpu.device")[1].endswith(f"there is no driver for kernel {KERNEL}")


@pytest.mark.parametrize("control", ["", "on"])
def test_what_the_kernel_does_not_say_harms_nobody(machine: Machine, control: str) -> None:
    machine.write(f"{STICK}/power/control", control)
    machine.write(f"{STICK}/speed", "unknown\n")
    assert look_once(machine, "edgetpu.sleep")[0] == ("ok" if control else "skipped")
    assert look_once(machine, "edgetpu.link")[0] == "skipped"


def test_a_supply_may_be_told_to_give_usb_its_full_current(machine: Machine) -> None:
    power = "proc/device-tree/chosen/power"
    machine.write(f"{power}/max_current").write_bytes((3000).to_bytes(4, "big"))
    machine.write(f"{power}/usb_max_current_enable").write_bytes((1).to_bytes(4, "big"))
    assert look_once(machine, "system.supply")[0] == "ok"
    machine.write(f"{power}/usb_max_current_enable").write_bytes((0).to_bytes(4, "big"))
    (found,) = look(machine, "system.supply")
    assert (found.verdict, "usb_max_current_enable=1" in found.fix) == ("warning", True)


def test_the_library_says_which_it_is(machine: Machine, edgetpu_library: Path) -> None:
    machine.environ["LD_LIBRARY_PATH"] = str(edgetpu_library.parent)
    machine.commands["dpkg-query libedgetpu1-std"] = Output(0, "installed 16.0tf2.19.1-1")
    verdict, why = look_once(machine, "edgetpu.library")
    assert verdict == "ok"
    assert why == "libedgetpu.so.1 loads, libedgetpu1-std 16.0tf2.19.1-1: BuildLabel(stand-in), RuntimeVersion(14)"


@pytest.mark.parametrize(
    ("version", "tensorflow"),
    [("16.0tf2.19.1-1", (2, 19)), ("16.0TF2.17.1-1.trixie", (2, 17)), ("16.0", (2, 5)), ("99.1", None), ("", None)],
)
def test_a_packages_version_says_what_it_is_built_on(version: str, tensorflow: tuple[int, int] | None) -> None:
    assert built_on(version) == tensorflow


GOOGLES_PYCORAL = """\
def list_edge_tpus():
    return {tpus}
"""


def googles_pycoral(machine: Machine, code: str) -> None:
    """One as Google's, importable."""
    machine.package("pycoral", "")
    utils = machine.folder / "packages/pycoral/utils"
    utils.mkdir()
    (utils / "edgetpu.py").write_text(code)
    machine.python_path = (str(machine.folder / "packages"), *machine.python_path)


@pytest.mark.parametrize(
    ("tpus", "verdict", "why"),
    [
        ([{"type": "usb", "path": f"/{STICK}"}], "ok", "lists 1 EdgeTPUs, as the kernel does"),
        ([{"type": "usb", "path": "/dev/bus/usb/002/003"}], "ok", "lists 1 EdgeTPUs, as the kernel does"),
        ([], "warning", f"lists none, the kernel /{STICK}"),
        ([{"type": "pci", "path": "/dev/apex_0"}], "warning", f"lists /dev/apex_0, the kernel /{STICK}"),
    ],
    ids=("by its port", "by its node", "none", "another"),  # a port is another one in each process of tests
)
def test_googles_pycoral_must_see_what_the_kernel_sees(
    machine: Machine, tpus: list[dict[str, str]], verdict: str, why: str
) -> None:
    googles_pycoral(machine, GOOGLES_PYCORAL.format(tpus=tpus))
    assert look_once(machine, "edgetpu.pycoral") == (verdict, f"Google's pycoral {why}")


@pytest.mark.parametrize("code", ["import tflite_runtime_of_another_python", "import os; os.abort()"])
def test_a_pycoral_that_does_not_work_harms_nobody(machine: Machine, code: str) -> None:
    googles_pycoral(machine, code)
    verdict, why = look_once(machine, "edgetpu.pycoral")
    assert (verdict, "does not work" in why) == ("skipped", True)


def test_a_task_that_asks_for_an_edgetpu_that_is_not_there_is_told(machine: Machine) -> None:
    machine.keys |= {"pose.device": '"edgetpu:usb:1"', "classification.device": '"edgetpu"'}
    pose, classification = look(machine, "edgetpu.choice")
    assert (classification.verdict, classification.why) == ("ok", "classification may run on usb:0")
    assert pose.verdict == "warning"
    assert pose.why == "pose is to run on usb:1, which is not attached; the CPU computes it if it can"
    assert pose.fix.endswith("or set its device to edgetpu, or to usb:0")


def test_without_any_coral_only_the_task_that_asks_for_one_is_told(machine: Machine) -> None:
    machine.keys["pose.device"] = '"edgetpu:usb:3"'
    shutil.rmtree(machine.root / STICK)
    (found,) = look(machine, "edgetpu.choice")
    assert (found.verdict, found.why.partition(",")[0]) == ("warning", "pose is to run on usb:3")
    assert found.fix.endswith("lsusb must list 1a6e:089a or 18d1:9302")


def test_one_that_is_missed_on_pcie_is_not_looked_for_on_usb(machine: Machine) -> None:
    machine.keys["pose.device"] = '"edgetpu:pci:0"'
    pose, _ = look(machine, "edgetpu.choice")
    assert "lspci" in pose.fix
    assert "lsusb" not in pose.fix


def test_where_tasks_are_for_the_cpu_no_edgetpu_is_asked_for(machine: Machine) -> None:
    machine.keys["inference.device"] = "cpu"
    assert look_once(machine, "edgetpu.choice") == ("skipped", "no task is to run on an EdgeTPU")
    assert look(machine, "edgetpu.models") == []


def test_a_library_that_takes_its_process_down_takes_no_other(machine: Machine) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    source, library = machine.folder / "aborts.c", machine.root / "lib/libedgetpu.so.1"
    source.write_text("#include <stdlib.h>\n__attribute__((constructor)) static void load(void) { abort(); }\n")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    (found,) = look(machine, "edgetpu.library")
    assert found.verdict == "failed"
    assert found.why == "loading libedgetpu.so.1 took its process down (SIGABRT)"
    assert "16.0tf2.19.1-1" in found.fix
