"""One thing is broken on a machine on which nothing else is; the doctor names the cause and the fix.

Each situation is a function that breaks the machine, below what the doctor has to say of it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from edge.config.inbox import empty
from edge.doctor.checks import broker
from edge.doctor.examine import CHECKS, examine
from edge.doctor.system import Output
from edge.errors import ConfigError
from edge.settings import SCHEMA
from tests.broker import Broker, free_port
from tests.doctor.machines import ACTIVE, DIST_PACKAGES, KERNEL, MASTER, MOSQUITTO, STICK, Machine, raspberry_pi
from tests.mqtt.certificates import Authority
from tests.tflite import custom_op_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from edge.doctor.finding import Verdict


@dataclass(frozen=True)
class Situation:
    """A way to break a machine, and the finding it must lead to: its name, verdict, and words in its two lines."""

    break_it: Callable[[Machine], object]
    check: str
    verdict: Verdict
    why: str
    fix: str
    limit_s: float | None = None


SITUATIONS: list[Situation] = []


def situation(
    check: str, verdict: Verdict, *, why: str, fix: str, limit_s: float | None = None
) -> Callable[[Callable[[Machine], object]], Callable[[Machine], object]]:
    """Register a function that breaks a machine; ``limit_s`` is the patience of a check that takes such a number."""

    def register(break_it: Callable[[Machine], object]) -> Callable[[Machine], object]:
        SITUATIONS.append(Situation(break_it, check, verdict, why, fix, limit_s))
        return break_it

    return register


# The system


@situation("system.configuration", "failed", why="did you mean pose.enabled", fix="edge config explain pose")
def a_key_is_misspelt(machine: Machine) -> None:
    machine.file = machine.write("etc/edge/edge.toml", "[pose]\nenabeld = true\n")


@situation("system.configuration", "failed", why="did you mean [pose]", fix="edge config check says if it is right")
def a_section_is_misspelt(machine: Machine) -> None:
    machine.file = machine.write("etc/edge/edge.toml", "[poze]\n")


@situation(
    "configuration.inbox",
    "warning",
    why="edge.toml cannot be used: edge.toml:1: [poze]: unknown section (did you mean [pose]?)",
    fix="correct /boot/firmware/edge.toml; then restart, or run: sudo edge config inbox",
)
def a_file_on_the_card_is_wrong(machine: Machine) -> None:
    card = machine.write("boot/firmware/edge.toml", "[poze]\r\n")
    with pytest.raises(ConfigError):
        empty(SCHEMA, card, machine.folder / "edge.toml")


@situation(
    "configuration.inbox",
    "warning",
    why="/boot/firmware/edge.toml was not taken over; you may not read",
    fix="sudo cat /boot/firmware/edge.toml.errors.txt",
)
def what_is_said_of_a_file_on_the_card_may_not_be_read(machine: Machine) -> None:
    machine.write("boot/firmware/edge.toml", "[poze]\r\n")
    (machine.root / "boot/firmware/edge.toml.errors.txt").mkdir()  # tests may run as root, which may read all files


@situation("configuration.inbox", "warning", why="edge.toml.txt waits to be taken over", fix="sudo edge config inbox")
def a_file_on_the_card_was_put_there_while_the_machine_ran(machine: Machine) -> None:
    machine.write("boot/firmware/edge.toml.txt", "[pose]\r\n")


@situation("system.bits", "failed", why="32-bit program", fix="64-bit Raspberry Pi OS")
def a_64_bit_kernel_carries_32_bit_programs(machine: Machine) -> None:
    machine.bits = 32


@situation("system.page_size", "failed", why="a Coral on PCIe needs 4 KiB", fix="kernel=kernel8.img")
def a_pi_5_with_its_own_kernel_and_a_coral_on_pcie(machine: Machine) -> None:
    machine.page_bytes = 16384
    machine.coral_on_pcie()


@situation("system.clock", "failed", why="the clock is wrong: it is 1970-01-01", fix="timedatectl set-ntp true")
def started_without_network(machine: Machine) -> None:
    machine.now = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)


@situation("system.clock", "warning", why="set by nobody", fix="UDP port 123")
def time_servers_cannot_be_reached(machine: Machine) -> None:
    machine.commands["timedatectl"] = Output(0, "no")


@situation("system.temperature", "warning", why="82 °C", fix="heat sink")
def no_heat_sink(machine: Machine) -> None:
    machine.write("sys/class/thermal/thermal_zone0/temp", "82300\n")


@situation("system.temperature", "failed", why="at its limit", fix="heat sink")
def in_a_closed_box_in_the_sun(machine: Machine) -> None:
    machine.write("sys/class/thermal/thermal_zone0/temp", "85900\n")


@situation("system.power", "failed", why="too low at this moment", fix="power supply made for this Pi")
def a_phone_charger_as_supply(machine: Machine) -> None:
    machine.write("sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")


@situation("system.power", "warning", why="since the last start", fix="power supply made for this Pi")
def a_supply_that_broke_down_once_on_a_pi_5(machine: Machine) -> None:
    """Its sysfs may lack the firmware's word; vcgencmd has it."""
    shutil.rmtree(machine.root / "sys/devices/platform/soc")
    machine.commands["vcgencmd"] = Output(0, "throttled=0x50000")


@situation("system.power", "failed", why="too low at this moment", fix="power supply made for this Pi")
def only_the_kernels_own_sensor_knows_of_low_voltage(machine: Machine) -> None:
    shutil.rmtree(machine.root / "sys/devices/platform/soc")
    machine.write("sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    machine.write("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n")


@situation("system.supply", "warning", why="the supply promises 3000 mA", fix="27 W supply")
def a_coral_on_a_pi_5_with_the_supply_of_a_pi_4(machine: Machine) -> None:
    machine.write("proc/device-tree/chosen/power/max_current").write_bytes((3000).to_bytes(4, "big"))


@situation("system.throttling", "warning", why="slowed down at this moment", fix="see system.power")
def held_back_by_heat(machine: Machine) -> None:
    machine.write("sys/devices/platform/soc/soc:firmware/get_throttled", "e0008\n")


@situation("system.disk", "failed", why="20 MB are free", fix="vacuum")
def the_card_is_full(machine: Machine) -> None:
    machine.free = 20e6


@situation("system.disk", "warning", why="300 MB are free", fix="vacuum")
def the_card_is_nearly_full(machine: Machine) -> None:
    machine.free = 300e6


@situation("system.writable", "failed", why="mounted read-only", fix="worn card")
def a_worn_card(machine: Machine) -> None:
    machine.write("proc/mounts", "/dev/mmcblk0p2 / ext4 ro,noatime 0 0\nproc /proc proc rw 0 0\n")


@situation(
    "system.groups",
    "warning",
    why="the user edge is not in render, plugdev",
    fix="usermod -aG render,plugdev,apex edge",
)
def the_services_user_is_in_too_few_groups(machine: Machine) -> None:
    machine.member_of = ("video",)


# The programs


@situation("runtime.python", "failed", why="Python 3.9 is too old", fix="Bookworm")
def bullseyes_python(machine: Machine) -> None:
    machine.python = (3, 9)


@situation("runtime.numpy", "failed", why="hides apt's 1.24.2", fix="pip uninstall numpy")
def pip_has_brought_numpy_2_over_apts(machine: Machine) -> None:
    machine.python_path = (machine.numpy("opt/edge/lib", "2.3.1"), *machine.python_path)


@situation("runtime.numpy", "warning", why="hides apt's 1.24.2", fix="pip uninstall numpy")
def pip_has_brought_a_numpy_that_happens_to_fit(machine: Machine) -> None:
    machine.python_path = (machine.numpy("opt/edge/lib", "1.26.4"), *machine.python_path)


@situation("runtime.picamera2", "failed", why="does not look among apt's packages", fix="--system-site-packages")
def an_environment_without_apts_packages(machine: Machine) -> None:
    machine.python_path = (machine.numpy("opt/edge/lib", "2.3.1"),)


@situation("runtime.packages", "failed", why="cv2 cannot be imported: numpy.core.multiarray", fix="python3-opencv")
def opencv_was_built_for_another_numpy(machine: Machine) -> None:
    machine.package("cv2", "raise ImportError('numpy.core.multiarray failed to import')")


@situation("runtime.packages", "failed", why="av cannot be imported: took its process down (SIGABRT)", fix="python3-av")
def a_package_takes_its_process_down(machine: Machine) -> None:
    machine.package("av", "import os; os.abort()")


@situation("runtime.tflite", "failed", why="laid out for smaller pages", fix="kernel=kernel8.img")
def a_runtime_that_cannot_do_16_kib_pages(machine: Machine) -> None:
    machine.package("ai_edge_litert", "raise ImportError('libLiteRt.so: ELF load command alignment not page-aligned')")


@situation("runtime.tflite", "failed", why="no TFLite runtime is installed", fix="pip install ai-edge-litert")
def no_runtime(machine: Machine) -> None:
    machine.package("ai_edge_litert", "raise ImportError(\"No module named 'ai_edge_litert'\")")


# The models


@situation(
    "models.pose", "warning", why="starter-pose, which knows the built-in scene only", fix="models pull movenet-lightn"
)
def the_model_has_not_been_pulled(machine: Machine) -> None:
    machine.keys["pose.model"] = "movenet-lightning"


@situation("models.pose", "failed", why="not in the model store", fix="edge models pull movenet-lightning")
def the_model_has_not_been_pulled_and_nothing_may_stand_in(machine: Machine) -> None:
    machine.keys |= {"pose.model": "movenet-lightning", "inference.fallback_to_starter": "false"}


@situation(
    "models.pose", "failed", why="its SHA-256 is", fix="get it again with: sudo edge models pull movenet-lightning"
)
def a_download_was_damaged(machine: Machine) -> None:
    machine.keys["pose.model"] = "movenet-lightning"
    _store(machine, "movenet-lightning.tflite")


@situation(
    "models.store", "warning", why="mobilenet-v2.tflite is broken: its SHA-256 is", fix="edge models pull mobilenet-v2"
)
def a_model_that_nobody_uses_is_damaged(machine: Machine) -> None:
    _store(machine, "mobilenet-v2.tflite")


@situation("models.classification", "failed", why="2 labels, but", fix="the key `labels`")
def the_labels_of_another_model(machine: Machine) -> None:
    machine.keys["classification.labels"] = machine.write("labels.txt", "cat\ndog\n")


@situation("models.classification", "failed", why="compiled for the EdgeTPU", fix="CPU variant")
def a_model_for_the_edgetpu_alone_and_no_coral(machine: Machine) -> None:
    shutil.rmtree(machine.root / STICK)
    machine.keys["classification.model"] = custom_op_model(machine.folder / "a_edgetpu.tflite", "edgetpu-custom-op")


@situation("models.action", "failed", why="no such model file", fix="path of a .tflite file")
def the_path_of_the_model_is_wrong(machine: Machine) -> None:
    machine.keys["action.model"] = machine.folder / "nowhere.tflite"


# The camera


@situation("camera.device", "failed", why="all of /dev/video* are codecs", fix="ribbon cable")
def the_ribbon_cable_is_loose(machine: Machine) -> None:
    machine.keys["camera.source"] = "auto"
    (machine.root / "dev/video0").unlink()


@situation("camera.device", "failed", why="no camera is attached: there is no /dev/video*", fix="plug in a USB camera")
def a_computer_without_any_camera(machine: Machine) -> None:
    machine.keys["camera.source"] = "auto"
    (machine.root / "dev/video0").unlink()
    (machine.root / "dev/video10").unlink()


@situation("camera.device", "failed", why="the Pi looks for none", fix="add the line camera_auto_detect=1")
def the_pi_does_not_look_for_cameras(machine: Machine) -> None:
    machine.keys["camera.source"] = "auto"
    (machine.root / "dev/video0").unlink()
    machine.write("boot/firmware/config.txt", "camera_auto_detect=0\ndtoverlay=vc4-kms-v3d\n")


@situation("camera.device", "failed", why="no /dev/video7; there are: /dev/video0 (unicam-image)", fix="camera.source")
def a_usb_camera_has_another_number_today(machine: Machine) -> None:
    machine.keys["camera.source"] = "v4l2:/dev/video7"


@situation(
    "camera.permissions",
    "failed",
    why="may not open /dev/video0, /dev/video10, /dev/dma_heap",
    fix="-aG video edge",
)
def the_services_user_is_not_in_video(machine: Machine) -> None:
    machine.member_of = ("render", "plugdev")


@situation("camera.frame", "failed", why="libcamera finds no camera", fix="seat the ribbon cable")
def libcamera_finds_no_camera(machine: Machine) -> None:
    machine.commands = {}
    machine.keys["camera.source"] = "picamera"
    machine.package("picamera2", "class Picamera2:\n    global_camera_info = staticmethod(list)")


@situation("camera.frame", "failed", why="did not come back within 2 s", fix="journalctl -k", limit_s=2)
def the_camera_never_answers(machine: Machine) -> None:
    machine.commands = {}
    machine.keys["camera.source"] = "picamera"
    code = "import time\nclass Picamera2:\n    global_camera_info = staticmethod(lambda: time.sleep(600))"
    machine.package("picamera2", code)


@situation("camera.frame", "failed", why="nowhere.mp4", fix="path of a video")
def the_video_is_not_there(machine: Machine) -> None:
    machine.keys["camera.source"] = f"video:{machine.folder}/nowhere.mp4"


# The EdgeTPU


@situation("edgetpu.device", "failed", why="there is no driver for kernel 6.12.47+rpt-rpi-v8", fix="gasket-dkms")
def a_coral_on_pcie_without_a_driver(machine: Machine) -> None:
    machine.coral_on_pcie(has_driver=False)


@situation(
    "edgetpu.device", "failed", why="gasket-dkms 1.0-18 has made no driver for kernel 6.12.47", fix="from 6.8 on"
)
def a_driver_that_cannot_be_built_for_a_new_kernel(machine: Machine) -> None:
    machine.coral_on_pcie(has_driver=False)
    machine.commands["dpkg-query"] = Output(0, "half-configured 1.0-18")


@situation("edgetpu.device", "failed", why="6.12.47+rpt-rpi-v8 is not loaded", fix="sudo modprobe apex")
def a_driver_that_is_not_loaded(machine: Machine) -> None:
    machine.coral_on_pcie(has_driver=False)
    machine.write(f"lib/modules/{KERNEL}/updates/dkms/apex.ko.xz")


@situation("edgetpu.device", "failed", why="is loaded and has not taken it", fix="dmesg")
def a_driver_that_does_not_take_the_coral(machine: Machine) -> None:
    machine.coral_on_pcie(has_driver=False)
    (machine.root / "sys/module/apex").mkdir(parents=True)


@situation("edgetpu.pcie", "failed", why="its interrupts do not arrive", fix="dmesg")
def a_coral_whose_interrupts_do_not_arrive(machine: Machine) -> None:
    machine.coral_on_pcie(status="LAMED")


@situation("edgetpu.pcie", "failed", why="need an overlay", fix="dtoverlay=pcie-32bit-dma-pi5")
def a_pi_5_without_the_overlay_for_interrupts(machine: Machine) -> None:
    machine.write("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
    machine.coral_on_pcie(status="LAMED")


@situation("edgetpu.pcie", "warning", why="is for the Pi 4", fix="dtoverlay=pcie-32bit-dma-pi5")
def a_pi_5_with_the_overlay_of_the_pi_4(machine: Machine) -> None:
    machine.write("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0")
    machine.write("boot/firmware/config.txt", "[all]\ndtoverlay=pcie-32bit-dma\n")
    machine.coral_on_pcie()


@situation("edgetpu.choice", "warning", why="pose is to run on an EdgeTPU, and none is attached", fix="lsusb must list")
def the_coral_has_fallen_off_the_bus(machine: Machine) -> None:
    machine.keys["pose.device"] = "edgetpu"
    shutil.rmtree(machine.root / STICK)


@situation("edgetpu.in_use", "warning", why="another program has usb:0: frigate (4844)", fix="stop that program")
def another_program_uses_the_coral(machine: Machine) -> None:
    machine.write("proc/4844/comm", "frigate\n")
    (machine.root / "proc/4844/fd").mkdir()
    (machine.root / "proc/4844/fd/7").symlink_to("/dev/bus/usb/002/003")


@situation("edgetpu.temperature", "warning", why="pci:0 is at 86 °C; from 85 °C on", fix="heat sink")
def a_coral_on_pcie_without_a_heat_sink(machine: Machine) -> None:
    machine.coral_on_pcie()
    machine.write("sys/class/apex/apex_0/temp", "86200\n")


@situation("edgetpu.link", "warning", why="480 Mbit/s, which is USB 2", fix="blue USB 3 port")
def the_coral_is_in_a_black_port(machine: Machine) -> None:
    machine.write(f"{STICK}/speed", "480\n")


@situation("edgetpu.sleep", "warning", why="autosuspend", fix=f"sudo tee /{STICK}/power/control")
def powertop_puts_the_coral_to_sleep(machine: Machine) -> None:
    machine.write(f"{STICK}/power/control", "auto\n")


@situation("edgetpu.permissions", "failed", why="may not open /dev/bus/usb/002/003", fix="usermod -aG plugdev edge")
def the_services_user_is_not_in_plugdev(machine: Machine) -> None:
    machine.member_of, machine.owner = ("video", "render"), "plugdev"


@situation("edgetpu.permissions", "failed", why="may not open /dev/apex_0", fix="usermod -aG apex edge")
def the_services_user_is_not_in_apex(machine: Machine) -> None:
    machine.coral_on_pcie()
    machine.member_of, machine.owner = ("video", "render", "plugdev"), "apex"


@situation("edgetpu.permissions", "failed", why="may not open /dev/bus/usb", fix='ATTR{idVendor}=="1a6e|18d1"')
def nobody_has_brought_a_udev_rule(machine: Machine) -> None:
    machine.member_of, machine.owner = (), "root"


@situation(
    "edgetpu.permissions", "failed", why="may not open /dev/bus/usb", fix="unplug it and plug it in, or run: sudo"
)
def the_udev_rule_came_after_the_coral(machine: Machine) -> None:
    machine.member_of, machine.owner = (), "root"
    machine.write("usr/lib/udev/rules.d/60-libedgetpu1-std.rules", 'SUBSYSTEM=="usb",ATTRS{idVendor}=="1a6e"\n')


@situation("edgetpu.permissions", "failed", why="has no device node", fix="hand in all of /dev/bus/usb")
def a_container_that_was_handed_one_node(machine: Machine) -> None:
    (machine.root / "dev/bus/usb/002/003").unlink()


@situation("edgetpu.library", "failed", why="libedgetpu.so.1: cannot open shared object file", fix="libedgetpu1-std")
def the_library_of_the_coral_is_missing(machine: Machine) -> None:
    (machine.root / "lib/libedgetpu.so.1").unlink()


@situation("edgetpu.library", "failed", why="libedgetpu.so.1: file too short", fix="install libedgetpu1-std")
def the_library_of_the_coral_is_broken(machine: Machine) -> None:
    machine.write("lib/libedgetpu.so.1", "not a library")


@situation("edgetpu.library", "warning", why="libedgetpu1-max 16.0 is built on TensorFlow 2.5", fix="16.0tf2.19.1-1")
def googles_own_library(machine: Machine) -> None:
    machine.commands["dpkg-query libedgetpu1-max"] = Output(0, "installed 16.0")


@situation("edgetpu.pycoral", "warning", why="is not Google's", fix="pip uninstall pycoral")
def somebody_elses_pycoral(machine: Machine) -> None:
    machine.write(f"{DIST_PACKAGES}/pycoral/__init__.py")


# The screen


@situation(
    "display.screen", "warning", why="no such output; there are: HDMI-A-1, HDMI-A-2", fix="set display.connector"
)
def the_output_does_not_exist(machine: Machine) -> None:
    machine.keys["display.connector"] = "HDMI-1"


@situation("display.screen", "warning", why="the screen is attached to HDMI-A-1", fix="plug it into HDMI-A-2")
def the_screen_is_in_the_other_output(machine: Machine) -> None:
    machine.keys["display.connector"] = "HDMI-A-2"


@situation("display.screen", "warning", why="the driver with KMS is not loaded", fix="put dtoverlay=vc4-kms-v3d into")
def a_screen_is_wanted_and_the_kernel_drives_none(machine: Machine) -> None:
    machine.keys["display.backend"] = "screen"
    shutil.rmtree(machine.root / "sys/class/drm")


@situation("display.edid", "warning", why="no EDID", fix="add video=HDMI-A-1:1920x1080M@60D to the line in /boot")
def the_cable_loses_what_the_screen_says(machine: Machine) -> None:
    machine.write("sys/class/drm/card1-HDMI-A-1/edid", "")


@situation("display.permissions", "warning", why="attached to HDMI-A-1, but", fix="usermod -aG video edge")
def the_user_may_not_draw(machine: Machine) -> None:
    machine.member_of = ()


@situation("display.permissions", "warning", why="there is no /dev/dri/card1", fix="in a container, hand it in")
def a_container_without_the_card(machine: Machine) -> None:
    (machine.root / "dev/dri/card1").unlink()


@situation("display.in_use", "warning", why="another program has the screen: rpicam-hello, process 812", fix="stop it")
def another_program_draws(machine: Machine) -> None:
    machine.write("sys/kernel/debug/dri/1/clients", MASTER.format("rpicam-hello", 812, 1000))


@situation(
    "configuration.in_use",
    "warning",
    why="did not survive the file (OverflowError: infinity) and goes on with the last good one",
    fix="sudo edge reload",
)
def the_service_did_not_survive_the_file(machine: Machine) -> None:
    machine.write("var/lib/edge/refused.toml", "# OverflowError: infinity\n[pose]\nregion = [0, 0, 1, 1]\n")


@situation(
    "configuration.in_use",
    "warning",
    why="the last good one is in force: edge.toml:3: [poze]",
    fix="edge config check",
)
def the_service_cannot_use_the_file(machine: Machine) -> None:
    said = "the configuration is wrong, the last good one is in force: edge.toml:3: [poze]; pose 30/s"
    machine.commands["systemctl"] = Output(0, f"{ACTIVE}\nStatusText={said}")


@situation("configuration.in_use", "warning", why="4 starts of the service, one after the other", fix="journalctl -u")
def no_start_of_the_service_lasts(machine: Machine) -> None:
    machine.write("run/edge/failed-starts", "4\nnone\nno such video")


ROLLED_BACK = {
    "version": "0.2+deb12",
    "restored": "0.1+deb12",
    "why": "it had to be started again 5 times",
    "at": "now",
}


@situation(
    "update.last",
    "warning",
    why="edge-vision 0.2+deb12 did not work here and 0.1+deb12 was put back: it had to be started again 5 times",
    fix="apt install ./edge-vision_0.2+deb12_*.deb",
)
def the_last_update_was_taken_back(machine: Machine) -> None:
    machine.write("var/lib/edge-appliance/rolled-back.json", json.dumps(ROLLED_BACK))


@situation("update.last", "warning", why="and is installed again or still", fix="journalctl -u edge-update")
def the_version_that_did_not_work_is_there_again(machine: Machine) -> None:
    the_last_update_was_taken_back(machine)
    machine.commands["dpkg-query"] = Output(0, "installed 0.2+deb12")


@situation("update.last", "failed", why="no earlier package to go back to", fix="apt install ./edge-vision_*.deb")
def the_last_update_does_not_work_and_nothing_is_kept(machine: Machine) -> None:
    machine.write("var/lib/edge-appliance/rolled-back.json", json.dumps(ROLLED_BACK | {"restored": ""}))


# The broker


@situation("broker.reachable", "failed", why="nothing listens on port", fix="sudo apt install mosquitto")
def no_broker_runs(machine: Machine) -> None:
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": "127.0.0.1", "mqtt.port": free_port()}


def _mosquitto(machine: Machine, load: str, active: str, sub: str = "dead") -> None:
    no_broker_runs(machine)
    text = f"LoadState={load}\nActiveState={active}\nSubState={sub}"
    machine.commands[f"systemctl show {MOSQUITTO}"] = Output(0, text)


@situation("broker.reachable", "failed", why="nothing listens", fix="run: sudo systemctl enable --now mosquitto")
def mosquitto_is_switched_off(machine: Machine) -> None:
    _mosquitto(machine, "loaded", "inactive")


@situation("broker.reachable", "failed", why="nothing listens", fix="sudo systemctl unmask mosquitto && sudo systemctl")
def mosquitto_is_masked(machine: Machine) -> None:
    _mosquitto(machine, "masked", "inactive")


@situation("broker.reachable", "failed", why="nothing listens", fix="sudo journalctl -u mosquitto -n 20")
def mosquitto_fails(machine: Machine) -> None:
    _mosquitto(machine, "loaded", "failed", "failed")


@situation("broker.reachable", "failed", why="nothing listens", fix="mosquitto runs, but listens elsewhere")
def mosquitto_listens_elsewhere(machine: Machine) -> None:
    _mosquitto(machine, "loaded", "active", "running")


@situation("broker.reachable", "failed", why="no machine called broker.invalid is known", fix="check mqtt.host")
def the_brokers_name_is_misspelt(machine: Machine) -> None:
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": "broker.invalid"}


@situation("broker.login", "failed", why="refused the connection", fix="mqtt.password_file")
def the_password_is_wrong(machine: Machine) -> None:
    password = machine.write("password", "close sesame\n")
    machine.keys |= {"mqtt.username": "edge", "mqtt.password_file": password}
    _broker(machine, users={"edge": "open sesame"})


@situation("broker.login", "failed", why="without a user name", fix="mqtt.username")
def the_broker_wants_a_login(machine: Machine) -> None:
    _broker(machine, users={"edge": "open sesame"})


@situation("broker.login", "failed", why="cannot read", fix="write the password on its first line")
def the_password_file_is_missing(machine: Machine) -> None:
    machine.keys |= {"mqtt.username": "edge", "mqtt.password_file": machine.root / "nowhere"}
    _broker(machine)


@situation("broker.login", "failed", why="refused the connection", fix="mqtt.password_file")
def the_services_credential_is_wrong(machine: Machine) -> None:
    """systemd hands the service its password; the doctor reads it where the unit file says."""
    password = machine.write("password", "close sesame\n")
    machine.commands["systemctl"] = Output(0, f"{ACTIVE}\nLoadCredential=mqtt-password:{password}")
    machine.keys["mqtt.username"] = "edge"
    _broker(machine, users={"edge": "open sesame"})


@situation("broker.login", "failed", why="refused the connection", fix="mqtt.password_file")
def the_credential_in_the_store_is_wrong(machine: Machine) -> None:
    machine.write("etc/credstore/edge.mqtt-password", "close sesame\n")
    machine.commands["systemctl"] = Output(0, f"{ACTIVE}\nLoadCredential=mqtt-password:edge.mqtt-password")
    machine.keys["mqtt.username"] = "edge"
    _broker(machine, users={"edge": "open sesame"})


@situation("broker.login", "failed", why="has not answered for", fix="read its log")
def the_broker_hangs(machine: Machine) -> None:
    _broker(machine).freeze()


@situation("broker.login", "failed", why="no TLS with the MQTT broker", fix="mqtt.tls = false")
def the_port_is_not_the_one_with_tls(machine: Machine) -> None:
    machine.keys["mqtt.tls"] = "true"
    _broker(machine)


@situation("broker.login", "failed", why="its certificate has expired", fix="renew it on the broker")
def the_brokers_certificate_has_expired(machine: Machine) -> None:
    authority = Authority(machine.folder)
    own = authority.issue("broker", days=-1)
    machine.keys |= {"mqtt.tls": "true", "mqtt.ca_file": authority.cert}
    _broker(machine, options=(f"certfile {own.cert}", f"keyfile {own.key}"))


# The service


@situation("service.unit", "failed", why="ends again and again (exit-code, 7 restarts)", fix="journalctl -u edge")
def the_service_ends_again_and_again(machine: Machine) -> None:
    text = ACTIVE.replace("=active", "=activating").replace("running", "auto-restart").replace("success", "exit-code")
    machine.commands["systemctl"] = Output(0, text.replace("NRestarts=0", "NRestarts=7"))


@situation("service.unit", "failed", why="has failed (watchdog)", fix="journalctl -u edge")
def the_service_has_failed(machine: Machine) -> None:
    text = ACTIVE.replace("=active", "=failed").replace("running", "failed").replace("success", "watchdog")
    machine.commands["systemctl"] = Output(0, text)


@situation("service.unit", "warning", why="does not run", fix="systemctl enable --now edge")
def the_service_was_stopped(machine: Machine) -> None:
    machine.commands["systemctl"] = Output(0, ACTIVE.replace("=active", "=inactive").replace("running", "dead"))


@situation("service.unit", "warning", why="not after the next start", fix="systemctl enable edge")
def the_service_is_not_enabled(machine: Machine) -> None:
    machine.commands["systemctl"] = Output(0, ACTIVE.replace("enabled", "disabled"))


@situation("service.files", "failed", why="mqtt.password_file: the user edge of the service may not", fix="chgrp edge")
def the_password_is_for_root_alone(machine: Machine) -> None:
    machine.write("etc/edge/password", mode=0o600)
    machine.keys |= {"mqtt.username": "edge", "mqtt.password_file": "/etc/edge/password"}


@situation("service.files", "failed", why="may not read /srv/private/a.tflite", fix="folders above")
def the_folder_of_the_model_is_closed(machine: Machine) -> None:
    machine.write("srv/private/a.tflite").parent.chmod(0o700)
    machine.keys["pose.model"] = "/srv/private/a.tflite"


@situation("service.files", "failed", why="cannot see /home/ada/walk.mp4", fix="move it to /etc/edge or /var/lib/edge")
def a_video_in_somebodys_home(machine: Machine) -> None:
    machine.write("home/ada/walk.mp4")
    machine.keys["camera.source"] = "video:/home/ada/walk.mp4"
    machine.commands["systemctl"] = Output(0, f"{ACTIVE}\nProtectHome=yes")


@situation(
    "service.files", "warning", why="mqtt.password_file: every user of this machine may read", fix="sudo chmod 640 /etc"
)
def everybody_may_read_the_password(machine: Machine) -> None:
    machine.write("etc/edge/password", mode=0o644)
    machine.keys |= {"mqtt.username": "edge", "mqtt.password_file": "/etc/edge/password"}


@situation("service.files", "warning", why="every user", fix="sudo chmod 640 '/etc/edge/a$(reboot)'")
def everybody_may_read_a_password_whose_name_is_a_command(machine: Machine) -> None:
    machine.write("etc/edge/a$(reboot)", mode=0o644)
    machine.keys |= {"mqtt.username": "edge", "mqtt.password_file": "/etc/edge/a$(reboot)"}


@situation("service.files", "failed", why="may not read", fix="sudo chmod g+r '/srv/a; reboot.tflite'")
def nobody_may_read_a_model_whose_name_is_a_command(machine: Machine) -> None:
    machine.write("srv/a; reboot.tflite", mode=0o600)
    machine.keys["pose.model"] = "/srv/a; reboot.tflite"


@situation(
    "service.files", "warning", why="every user of this machine may read or change /etc/edge/c", fix="chgrp edge"
)
def everybody_may_change_the_password_of_the_camera(machine: Machine) -> None:
    machine.write("etc/edge/camera", mode=0o642)
    machine.keys |= {"camera.source": "rtsp://ada@camera.lan/1", "camera.password_file": "/etc/edge/camera"}


@situation("service.files", "warning", why="mqtt.key_file: every user of this machine may read", fix="chmod 640 /etc/k")
def everybody_may_read_the_key(machine: Machine) -> None:
    machine.write("etc/key.pem", mode=0o604)
    machine.keys |= {"mqtt.tls": "true", "mqtt.cert_file": "/etc/cert.pem", "mqtt.key_file": "/etc/key.pem"}


@situation("service.errors", "warning", why="2026-11-21 12:00 giving up", fix="journalctl -u edge")
def there_are_errors_in_the_log(machine: Machine) -> None:
    entries = [("the model failed", 1), (list(b"caf\xe9"), 2), ("giving up", 0), ("giving up", 0)]
    at_us = int(datetime(2026, 11, 21, 12).astimezone().timestamp() * 1e6)
    lines = [json.dumps({"__REALTIME_TIMESTAMP": str(at_us - days * 10**6), "MESSAGE": said}) for said, days in entries]
    machine.commands["journalctl"] = Output(0, "\n".join(lines))


def _store(machine: Machine, name: str) -> None:
    (machine.folder / "state" / "models").mkdir(parents=True)
    (machine.folder / "state" / "models" / name).write_bytes(b"\x1c\0\0\0TFL3 cut short")


def _broker(machine: Machine, users: Mapping[str, str] | None = None, options: Sequence[str] = ()) -> Broker:
    broker = Broker(machine.folder, users, options)
    broker.start()
    machine.brokers.append(broker)
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": broker.host, "mqtt.port": broker.port}
    return broker


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A machine on which nothing is wrong, with an empty model store."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    monkeypatch.setattr(broker, "_ANSWER_S", 2.0)
    machine = raspberry_pi(tmp_path)
    yield machine
    for started in machine.brokers:
        started.kill()


@pytest.mark.parametrize("broken", SITUATIONS, ids=lambda broken: broken.break_it.__name__)
def test_cause_and_fix_are_named(broken: Situation, machine: Machine) -> None:
    broken.break_it(machine)
    check = next(check for check in CHECKS if check.name == broken.check)
    if broken.limit_s:
        check = replace(check, arguments=(broken.limit_s,))

    (found,) = (finding for finding in examine(machine.subject(), [check]) if finding.verdict == broken.verdict)

    assert found.name == broken.check
    assert broken.why in found.why
    assert broken.fix in found.fix


def test_before_it_is_broken_nothing_is_wrong(machine: Machine) -> None:
    _broker(machine)

    findings = examine(machine.subject())

    assert [finding for finding in findings if finding.verdict not in {"ok", "skipped"}] == []
    checked = {finding.name for finding in findings if finding.verdict == "ok"}
    nothing_to_look_at = {"camera.device", "models.store", "system.supply", "update.last"}
    nothing_to_look_at |= {"edgetpu.pcie", "edgetpu.temperature", "edgetpu.pycoral"}
    assert {broken.check for broken in SITUATIONS} - checked == nothing_to_look_at
