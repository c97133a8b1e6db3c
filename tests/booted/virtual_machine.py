"""A Debian that is booted in a virtual machine, with a graphics card and a monitor whose picture can be looked at."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from tests import qemu
from tests.booted.machine import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from edge.types import ImageArray

BOOT_S = 240.0
DISK_BYTES = 4 << 30
SHELL = "/etc/systemd/system/test-shell.service"
# A shell for root at the first serial line, as soon as there is a system.
FILES = {
    SHELL: """[Unit]
DefaultDependencies=no
[Service]
ExecStart=/bin/sh -c "stty raw -echo; exec sh 2>/dev/null"
StandardInput=tty
StandardOutput=tty
TTYPath=/dev/ttyS0
""",
    "/etc/fstab": "",
}
SET_DESKTOP_SIZE = 251
"""A message of the VNC protocol; to QEMU it is a monitor of another size, or one pulled out where both are 0."""


@dataclass(frozen=True)
class VirtualMachine:
    """A booted virtual machine; its sockets and files are in a folder."""

    folder: Path

    def run(self, command: str, timeout_s: float = 60.0) -> str:
        """What a command of the shell prints on either output, run by root in the machine.

        Raises:
            AssertionError: it takes longer.
        """
        begin, end = (f"<{word} {uuid4().hex}>" for word in ("begin", "end"))
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "serial"))
            line.settimeout(timeout_s)
            line.sendall(f"echo '{begin}'; ({command}) </dev/null 2>&1; echo '{end}'\n".encode())
            said = b""
            try:
                while end.encode() not in said:
                    said += line.recv(4096)
            except TimeoutError:
                raise AssertionError(f"not within {timeout_s:.0f} s: {command}: {said.decode()}") from None
        return said.decode().partition(begin)[2].partition(end)[0].strip()

    def picture(self) -> ImageArray:
        """What is on the monitor, ``(height, width, 3) uint8`` RGB."""
        return qemu.picture(self.folder)

    def plug(self, width: int, height: int) -> None:
        """Plug in a monitor whose own mode is of this size, instead of the present one; with 0 and 0, none."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "vnc"))
            stream = line.makefile("rwb")
            stream.read(12)
            for answer, count in ((b"RFB 003.008\n", 2), (b"\1", 4), (b"\1", 24)):  # version, no password, shared
                stream.write(answer)
                stream.flush()
                said = stream.read(count)
            stream.read(int.from_bytes(said[20:], "big"))
            layout = (1, 0, 0, 0, 0, width, height, 0)
            stream.write(struct.pack(">BxHHBxIHHHHI", SET_DESKTOP_SIZE, width, height, *layout[:1], *layout[2:]))
            stream.flush()
            time.sleep(0.2)  # it says nothing; let it read before we hang up


@contextmanager
def virtual_machine(kernel: Path, root: Path, folder: Path, files: Mapping[str, str]) -> Iterator[VirtualMachine]:
    """Boot a root file system, a copy of which goes onto a disk; what is in it may be changed before.

    ``kernel`` is what tests/booted/vm/build has made.
    """
    for name, text in {**FILES, **files}.items():
        file = root / name.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    wants = root / "etc/systemd/system/sysinit.target.wants"
    wants.mkdir(parents=True, exist_ok=True)
    (wants / "test-shell.service").symlink_to(SHELL)
    shutil.copytree(kernel / "modules/lib/modules", root / "usr/lib/modules", dirs_exist_ok=True)
    disk = folder / "disk"
    with disk.open("wb") as empty:
        empty.truncate(DISK_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-d", str(root), str(disk)], check=True)
    with subprocess.Popen(_command(kernel, folder), stdin=subprocess.DEVNULL) as process:
        machine = VirtualMachine(folder)
        try:
            wait_until((folder / "serial").exists, "QEMU has started", 20)
            wait_until(lambda: _answers(machine), "there is a shell", BOOT_S)
            yield machine
        finally:
            process.terminate()


def _answers(machine: VirtualMachine) -> bool:
    """Whether somebody listens at the serial line."""
    with suppress(AssertionError):
        machine.run("true", 2)
        return True
    return False


def _command(kernel: Path, folder: Path) -> list[str]:
    """KVM is not everywhere, and does not work wherever it is offered. QEMU 7.2 emulates AVX with mistakes."""
    at = {name: f"unix:{folder / name}" for name in ("serial", qemu.SOCKET, "vnc")}
    return [
        "setpriv", "--pdeathsig=SIGTERM", "qemu-system-x86_64", "-nodefaults", "-no-reboot",
        "-machine", "q35,accel=tcg", "-cpu", "Nehalem", "-smp", "2", "-m", "2048",
        "-kernel", str(kernel / "kernel"), "-initrd", str(kernel / "initrd"),
        "-append", "console=ttyS1 console=tty0 quiet panic=1",
        "-drive", f"if=none,id=disk,file={folder / 'disk'},format=raw,cache=unsafe",
        "-device", "virtio-blk-pci,drive=disk",
        "-vga", "none", "-device", "virtio-gpu-pci,id=gpu", "-vnc", f"{at['vnc']},display=gpu,head=0",
        "-chardev", f"socket,id=serial,path={folder / 'serial'},server=on,wait=off", "-serial", "chardev:serial",
        "-serial", f"file:{folder / 'console'}", "-qmp", f"{at[qemu.SOCKET]},server=on,wait=off",
    ]  # fmt: skip
