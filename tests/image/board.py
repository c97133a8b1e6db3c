"""What a card is put into: QEMU's machines. What a Pi's firmware reads there is read here, as they have none.

That is kernel and initramfs by the names in ``config.txt``, the command line in ``cmdline.txt``, and a device tree.
"""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests import qemu
from tests.image import relay

if TYPE_CHECKING:
    from pathlib import Path

    from tests.image.card import Card

SLOW = {
    "edge.service": "[Service]\nTimeoutStartSec=900\nWatchdogSec=30\n",
    "edge-first-boot.service": "[Service]\nTimeoutStartSec=900\n",
}
"""Every instruction is emulated, by a machine that has more to do: all takes fifty times as long."""
BROKER_ELSEWHERE = "10.0.2.100"
"""Where an appliance finds the other's broker, if its ports say so."""
HDMI = (
    "/soc/clock@7ef00000", "/soc/interrupt-controller@7ef00100",
    "/soc/hdmi@7ef00700", "/soc/i2c@7ef04500", "/soc/hdmi@7ef05700", "/soc/i2c@7ef09500",
)  # fmt: skip
CARD = "/soc/mmc@7e300000"
"""Where a Raspberry Pi 4's device tree has HDMI, and what QEMU has the card at."""
MAC = "40:54:00:12:34:57"
"""Without the bit of local addresses, as with that the kernel does not call a network at USB eth0."""
TOOLS = os.environ.get("EDGE_IMAGE_TOOLS", "")
"""A root file system with a newer QEMU than this machine's own may be."""


@dataclass(frozen=True)
class Ports:
    """Ports of this machine that lead to the appliance's, and one that it reaches: another appliance's broker."""

    ssh: int
    mqtt: int
    broker_elsewhere: int | None = None


def virt(card: Card, folder: Path, ports: Ports, *, screen: bool = False) -> list[str]:
    """The command for QEMU's own arm64 machine."""
    graphics = ["-device", "virtio-gpu-pci,id=gpu"] if screen else []
    return [
        "qemu-system-aarch64", "-M", "virt,gic-version=3", "-cpu", "cortex-a72", "-smp", "2", "-m", "2048",
        "-accel", "tcg,thread=multi", *_kernel(card, folder), "-append", _command_line(card, "ttyAMA0"),
        "-drive", f"if=none,id=card,file={card.path},format=raw,cache=unsafe", "-device", "virtio-blk-pci,drive=card",
        "-netdev", _network(ports), "-device", "virtio-net-pci,netdev=net,romfile=",
        "-object", "rng-random,filename=/dev/urandom,id=rng", "-device", "virtio-rng-pci,rng=rng", *graphics,
        *_outside(folder),
    ]  # fmt: skip


def raspi3b(card: Card, folder: Path, ports: Ports) -> list[str]:
    """The command for a Raspberry Pi 3: the card is in its slot, the network at its USB. It has 1 GiB.

    The second serial line is the one that Debian's kernel talks on.
    """
    tree = card.take("bcm2837-rpi-3-b.dtb", folder / "tree.dtb")
    told = _command_line(card, "ttyS1,115200")
    return ["qemu-system-aarch64", "-M", "raspi3b", "-dtb", str(tree), "-append", told, *_pi(card, folder, ports)]


def raspi4b(card: Card, folder: Path, ports: Ports) -> list[str]:
    """The command for a Raspberry Pi 4, which Debian 13's QEMU knows; the rest as above.

    Where Debian's kernel opens its serial line, QEMU's interrupts without an end; but early messages come through.
    """
    root = f"{TOOLS}/usr"
    libraries = "lib/x86_64-linux-gnu"
    loader = [f"{root}/lib64/ld-linux-x86-64.so.2", "--library-path", f"{root}/{libraries}"]
    # Else it takes modules of this machine's own QEMU, and ends at the first.
    modules = f"[ ! -d /usr/{libraries}/qemu ] || mount --bind {root}/{libraries}/qemu /usr/{libraries}/qemu"
    qemu = [*loader, f"{root}/bin/qemu-system-aarch64", "-L", f"{root}/share/qemu", "-M", "raspi4b"]
    tree = card.take("bcm2711-rpi-4-b.dtb", folder / "tree.dtb")
    _leave_out_what_qemu_has_not(tree)
    told = _command_line(card, "tty0 keep_bootcon earlycon=uart8250,mmio32,0xfe215040")
    return [
        "unshare", "--mount", "sh", "-ec", f'{modules}; exec "$@"', "sh",
        *qemu, "-dtb", str(tree), "-append", told, *_pi(card, folder, ports),
    ]  # fmt: skip


def _leave_out_what_qemu_has_not(tree: Path) -> None:
    """Change a Raspberry Pi 4's device tree to what QEMU 10 emulates of it.

    Where the kernel reads a register of HDMI's nothing answers, and it panics. The card is at the controller that has
    the Wi-Fi on a real one; at its own there is none, and nobody switches its power.
    """
    for change in (
        *(("-t", "s", tree, node, "status", "disabled") for node in HDMI),
        ("-d", tree, CARD, "mmc-pwrseq", "non-removable"),
        ("-r", tree, f"{CARD}/wifi@1"),
        (tree, CARD, "broken-cd"),
        ("-t", "s", tree, CARD, "status", "okay"),
    ):
        subprocess.run(["fdtput", *change], check=True)


def _pi(card: Card, folder: Path, ports: Ports) -> list[str]:
    """What QEMU's boards have in common."""
    return [
        "-accel", "tcg,thread=multi", *_kernel(card, folder),
        "-drive", f"if=sd,file={card.path},format=raw,cache=unsafe",
        "-usb", "-device", f"usb-net,netdev=net,mac={MAC}", "-netdev", _network(ports),
        "-serial", "null", *_outside(folder),
    ]  # fmt: skip


def _command_line(card: Card, console: str) -> str:
    """What the card has for the kernel, but for the console.

    The services' patience goes along as credentials, so nothing on the card differs.
    """
    told = [word for word in card.read("cmdline.txt").split() if not word.startswith("console=")]
    patience = [_credential(f"systemd.unit-dropin.{unit}", text) for unit, text in SLOW.items()]
    return " ".join([*told, f"console={console}", *patience, "systemd.default_device_timeout_sec=900"])


def _credential(name: str, text: str) -> str:
    return f"systemd.set_credential_binary={name}:{base64.b64encode(text.encode()).decode()}"


def _kernel(card: Card, folder: Path) -> list[str]:
    lines = [line.replace("=", " ").split() for line in card.read("config.txt").splitlines()]
    names = {words[0]: words[1] for words in lines if words and words[0] in {"kernel", "initramfs"}}
    kernel, initrd = (card.take(names[word], folder / word) for word in ("kernel", "initramfs"))
    return ["-kernel", str(kernel), "-initrd", str(initrd)]


def _network(ports: Ports) -> str:
    """A network of its own: two ports lead into it, and nothing but one broker is reached from it."""
    ways = [f"hostfwd=tcp:127.0.0.1:{mine}-:{its}" for mine, its in ((ports.ssh, 22), (ports.mqtt, 1883))]
    if ports.broker_elsewhere:
        # A command is run for each connection; QEMU's own way there would be one connection, made when it starts.
        there = shlex.join([sys.executable, relay.__file__, str(ports.broker_elsewhere)])
        ways.append(f"guestfwd=tcp:{BROKER_ELSEWHERE}:1883-cmd:{there}")
    return ",".join(["user,id=net,restrict=on", *ways])


def _outside(folder: Path) -> list[str]:
    return [
        "-display", "none", "-monitor", "none", "-no-reboot", "-serial", f"file:{folder / 'console'}",
        "-qmp", f"unix:{folder / qemu.SOCKET},server=on,wait=off",
    ]  # fmt: skip
