"""A Raspberry Pi laid out on disk, as it should be, for tests to break.

Its hardware is files: what the kernel would show of it. All else is real: programs, models, brokers, configuration.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from edge.config.load import load
from edge.config.sections import Settings
from edge.doctor.checks.groups import GROUPS
from edge.doctor.subject import Configuration, Subject
from edge.doctor.system import NOT_FOUND, Output, System
from edge.errors import ConfigError
from edge.settings import SCHEMA
from tests.cli.toys import action_model, colour_model, pose_model
from tests.standin.control import PORT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.broker import Broker

SERVICE_UID = 4242
MASTER = """\
             command  tgid dev master a   uid      magic
         Web Content  1200   1   n    n  1000          0
{:>20} {:5}   1   y    y {:5}          0
"""
ACTIVE = "LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\nResult=success\nNRestarts=0"
MOSQUITTO = "mosquitto.service"
DIST_PACKAGES = "usr/lib/python3/dist-packages"
STICK, CHIP = f"sys/bus/usb/devices/{PORT}", "sys/bus/pci/devices/0000:01:00.0"
KERNEL = "6.12.47+rpt-rpi-v8"


@dataclass
class Machine:
    """``root`` holds the files, ``keys`` what is configured, ``commands`` what programs answer, by their first words
    or by the first and the last.

    The user of the service is in the groups of ``member_of``; every file made here belongs to the group ``owner``.
    """

    folder: Path
    root: Path
    keys: dict[str, object] = field(default_factory=dict)
    commands: dict[str, Output] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    member_of: Sequence[str] = GROUPS
    owner: str = "video"
    has_service: bool = True
    python_path: tuple[str, ...] = ()
    python: tuple[int, int] = (3, 11)
    bits: int = 64
    machine: str = "aarch64"
    page_bytes: int = 4096
    uid: int = field(default_factory=os.geteuid)
    free: float = 8e9
    now: datetime = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    file: Path | None = None
    brokers: list[Broker] = field(default_factory=list)

    def write(self, name: str, text: str = "", *, mode: int = 0o660) -> Path:
        """A file below the root."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def package(self, name: str, code: str) -> None:
        """A package that Python finds before all others of this name, in child processes."""
        home = self.folder / "packages"
        (home / name).mkdir(parents=True)
        (home / name / "__init__.py").write_text(code)
        self.environ["PYTHONPATH"] = str(home)

    def coral_on_pcie(self, *, status: str = "ALIVE", has_driver: bool = True) -> None:
        """A Coral on PCIe in the place of the one on USB, and what its driver says of it."""
        shutil.rmtree(self.root / STICK, ignore_errors=True)
        self.write(f"{CHIP}/vendor", "0x1ac1\n")
        self.write(f"{CHIP}/device", "0x089a\n")
        if has_driver:
            self.write("sys/class/apex/apex_0/status", f"{status}\n")
            self.write("sys/class/apex/apex_0/temp", "51300\n")
            self.write("dev/apex_0")

    def numpy(self, home: str, version: str) -> str:
        """A numpy of that version below the root; the folder it lies in."""
        self.write(f"{home}/numpy/__init__.py")
        self.write(f"{home}/numpy-{version}.dist-info/METADATA", f"Name: numpy\nVersion: {version}\n")
        return str(self.root / home)

    def subject(self) -> Subject:
        """What the doctor is shown."""
        self._write_users()
        return Subject(self._system(), self._configuration())

    def _system(self) -> System:
        return System(
            root=self.root,
            environ=self.environ,
            run=self._run,
            free_bytes=lambda _: int(self.free),
            now=lambda: self.now,
            python_path=self.python_path,
            python=self.python,
            bits=self.bits,
            machine=self.machine,
            page_bytes=self.page_bytes,
            uid=self.uid,
        )

    def _configuration(self) -> Configuration:
        try:
            loaded = load(SCHEMA, self.file, [f"{key}={value}" for key, value in self.keys.items()])
        except ConfigError as error:
            return Configuration(self.file, Settings(), error.problems, "pi")
        return Configuration(self.file, loaded.settings, (), "pi")

    def _run(self, words: Sequence[str], _limit_s: float) -> Output:
        for known in (" ".join(words[:3]), f"{words[0]} {words[-1]}", words[0]):
            if known in self.commands:
                return self.commands[known]
        return Output(NOT_FOUND, complaint="No such file or directory")

    def _write_users(self) -> None:
        gid = self.root.stat().st_gid
        members = {group: "edge" if group in self.member_of else "" for group in (*GROUPS, self.owner)}
        numbers = {"video": 44, "render": 105, "plugdev": 46, "apex": 996, self.owner: gid}
        lines = [f"{group}:x:{numbers[group]}:{names}" for group, names in members.items()]
        self.write("etc/group", "\n".join(lines) + "\n")
        service = f"edge:x:{SERVICE_UID}:{SERVICE_UID}::/:/bin/false\n" if self.has_service else ""
        self.write("etc/passwd", f"root:x:0:0::/root:/bin/sh\n{service}")


def raspberry_pi(folder: Path) -> Machine:
    """A Raspberry Pi 4 with camera, Coral, screen and service, on which nothing is wrong; ``folder`` is empty."""
    machine = Machine(folder, folder / "root")
    _lay_out_hardware(machine)
    apt = machine.numpy(DIST_PACKAGES, "1.24.2")
    machine.write(f"{DIST_PACKAGES}/picamera2/__init__.py")
    machine.write(f"{DIST_PACKAGES}/pygame/__init__.py")
    machine.python_path = (apt,)
    machine.commands = {"systemctl": Output(0, ACTIVE), "timedatectl": Output(0, "yes"), "journalctl": Output(0)}
    machine.commands[f"systemctl show {MOSQUITTO}"] = Output(0, "LoadState=not-found\nActiveState=inactive")
    _lay_out_library(machine)
    models = folder / "toys"
    models.mkdir()
    machine.keys = {
        "pose.model": pose_model(models),
        "classification.model": colour_model(models),
        "action.model": action_model(models),
        "camera.source": "synthetic",
        "mqtt.enabled": "false",
    }
    return machine


def _lay_out_library(machine: Machine) -> None:
    """A library under the name of the Coral's: this system's own for mathematics, which is everywhere."""
    ctypes.CDLL("libm.so.6")
    maths = next(line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "/libm.so" in line)
    machine.write("lib/libedgetpu.so.1").write_bytes(Path(maths).read_bytes())
    machine.environ["LD_LIBRARY_PATH"] = str(machine.root / "lib")


def _lay_out_hardware(machine: Machine) -> None:
    for name, text in {
        "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.5\0",
        "proc/mounts": "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\nproc /proc proc rw 0 0\n",
        "sys/class/thermal/thermal_zone0/temp": "51121\n",
        "sys/devices/platform/soc/soc:firmware/get_throttled": "0\n",
        "sys/class/video4linux/video0/name": "unicam-image\n",
        "sys/class/drm/card1-HDMI-A-1/status": "connected\n",
        "sys/class/drm/card1-HDMI-A-1/edid": "\0\xff\xff\xff\xff\xff\xff\0",
        "sys/class/drm/card1-HDMI-A-2/status": "disconnected\n",
        "sys/kernel/debug/dri/1/clients": MASTER.format("python3", 904, SERVICE_UID),
        "proc/sys/kernel/osrelease": f"{KERNEL}\n",
        f"{STICK}/idVendor": "18d1\n",
        f"{STICK}/idProduct": "9302\n",
        f"{STICK}/busnum": "2\n",
        f"{STICK}/devnum": "3\n",
        f"{STICK}/speed": "5000\n",
        f"{STICK}/power/control": "on\n",
        "sys/class/video4linux/video10/name": "bcm2835-codec-decode\n",
        "boot/firmware/config.txt": "dtparam=audio=on\ncamera_auto_detect=1\ndtoverlay=vc4-kms-v3d\n[all]\n",
        "dev/video0": "",
        "dev/video10": "",
        "dev/dma_heap/linux,cma": "",
        "dev/dri/card1": "",
        "dev/bus/usb/002/003": "",
    }.items():
        machine.write(name, text)
    (machine.root / "run/systemd/system").mkdir(parents=True)
