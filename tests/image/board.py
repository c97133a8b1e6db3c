"""What a card is put into: QEMU's machines, with kernel, initramfs and device tree from the card's boot partition."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.image.card import Card

SLOW = "[Service]\nTimeoutStartSec=900\nWatchdogSec=120\n"
"""Every instruction is emulated, by a machine that has more to do: all takes fifty times as long."""
BROKER_ELSEWHERE = "10.0.2.100"
"""Where an appliance finds the other's broker, if its ports say so."""
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
        "-accel", "tcg,thread=multi", *_kernel(card, folder), "-append", _command_line("ttyAMA0", "/dev/vda2"),
        "-drive", f"if=none,id=card,file={card.path},format=raw,cache=unsafe", "-device", "virtio-blk-pci,drive=card",
        "-netdev", _network(ports), "-device", "virtio-net-pci,netdev=net,romfile=",
        "-object", "rng-random,filename=/dev/urandom,id=rng", "-device", "virtio-rng-pci,rng=rng", *graphics,
        *_outside(folder),
    ]  # fmt: skip


def raspi3b(card: Card, folder: Path, ports: Ports) -> list[str]:
    """The command for a Raspberry Pi 3: the card is in its slot, the network at its USB. It has 1 GiB."""
    network = ["-usb", "-device", "usb-net,netdev=net", "-netdev", _network(ports)]
    return ["qemu-system-aarch64", *_pi("raspi3b", "bcm2837-rpi-3-b", card, folder), *network]


def raspi4b(card: Card, folder: Path, ports: Ports) -> list[str]:
    """The command for a Raspberry Pi 4, which Debian 13's QEMU knows, without a network: its console tells all."""
    del ports
    root = f"{TOOLS}/usr"
    qemu = [f"{root}/lib64/ld-linux-x86-64.so.2", "--library-path", f"{root}/lib/x86_64-linux-gnu"]
    told = _told_on_console(
        "mosquitto_sub -h localhost -W 900 -C 1 -t edge/+/pose -u edge -P $(cat /boot/firmware/told.txt)"
    )
    pi = _pi("raspi4b", "bcm2711-rpi-4-b", card, folder, told)
    return [*qemu, f"{root}/bin/qemu-system-aarch64", "-L", f"{root}/share/qemu", *pi]


def _pi(machine: str, tree: str, card: Card, folder: Path, options: str = "") -> list[str]:
    """What QEMU's boards have in common; the second serial line is the one that Debian's kernel talks on."""
    return [
        "-M", machine, "-accel", "tcg,thread=multi", *_kernel(card, folder),
        "-dtb", str(card.take(f"{tree}.dtb", folder / "tree.dtb")),
        "-append", f"{_command_line('ttyS1,115200', '/dev/mmcblk0p2')} {options}",
        "-drive", f"if=sd,file={card.path},format=raw,cache=unsafe", "-serial", "null", *_outside(folder),
    ]  # fmt: skip


def _command_line(console: str, root: str) -> str:
    """What the kernel is told; the service's patience goes along as a credential, so nothing on the card differs."""
    patience = _credential("systemd.unit-dropin.edge.service", SLOW)
    patience += " systemd.default_device_timeout_sec=900"
    return f"root={root} rw console={console} panic=10 net.ifnames=0 rootwait {patience}"


def _told_on_console(command: str) -> str:
    unit = f'[Unit]\nAfter=edge.service\n[Service]\nExecStart=/bin/sh -c "{command.replace("$", "$$")} >/dev/ttyS1"\n'
    return f"{_credential('systemd.extra-unit.told.service', unit)} systemd.wants=told.service"


def _credential(name: str, text: str) -> str:
    return f"systemd.set_credential_binary={name}:{base64.b64encode(text.encode()).decode()}"


def _kernel(card: Card, folder: Path) -> list[str]:
    kernel, initrd = (card.take_like(start, folder / start) for start in ("vmlinuz", "initrd"))
    return ["-kernel", str(kernel), "-initrd", str(initrd)]


def _network(ports: Ports) -> str:
    """A network of its own: two ports lead into it, and nothing but one broker is reached from it."""
    ways = [f"hostfwd=tcp:127.0.0.1:{mine}-:{its}" for mine, its in ((ports.ssh, 22), (ports.mqtt, 1883))]
    if ports.broker_elsewhere:
        ways.append(f"guestfwd=tcp:{BROKER_ELSEWHERE}:1883-tcp:127.0.0.1:{ports.broker_elsewhere}")
    return ",".join(["user,id=net,restrict=on", *ways])


def _outside(folder: Path) -> list[str]:
    return [
        "-display", "none", "-monitor", "none", "-no-reboot", "-serial", f"file:{folder / 'console'}",
        "-qmp", f"unix:{folder / 'qmp'},server=on,wait=off",
    ]  # fmt: skip
