"""What QEMU is told of a card; nothing is booted."""

from __future__ import annotations

import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.image import relay
from tests.image.board import BROKER_ELSEWHERE, CARD, HDMI, Ports, raspi4b, virt
from tests.image.card import Card

PORTS = Ports(ssh=2222, mqtt=1884)
TREE = "bcm2711-rpi-4-b.dtb"
PI_4 = f"""
/dts-v1/;
/ {{
    soc {{
        {" ".join(f'{Path(node).name} {{ status = "okay"; }};' for node in HDMI)}
        {Path(CARD).name} {{ status = "disabled"; non-removable; mmc-pwrseq = <1>; wifi@1 {{ }}; }};
    }};
}};
"""


@pytest.fixture
def card(tmp_path: Path) -> Card:
    """One with what the firmware of a Pi reads, as Debian's hook writes it."""
    if shutil.which("mformat") is None:
        pytest.skip("mtools is not installed")
    card = Card(tmp_path / "card")
    with card.path.open("wb") as file:
        file.truncate(8 << 20)
    subprocess.run(["mformat", "-i", f"{card.path}@@4M", "-T", "8192", "::"], check=True)
    card.write("cmdline.txt", " console=ttyS1,115200 console=tty0 root=LABEL=edge-root rw  rootwait panic=10\n")
    card.write("config.txt", "# Do not modify\narm_64bit=1\n\nkernel=vmlinuz-6.12\ninitramfs initrd.img-6.12\n")
    for name in ("vmlinuz-6.12", "initrd.img-6.12", "vmlinuz-6.1", TREE):
        card.write(name, name)
    return card


def option(command: list[str], name: str) -> str:
    return command[command.index(name) + 1]


def test_kernel_and_command_line_are_those_that_the_card_names(card: Card, tmp_path: Path) -> None:
    command = virt(card, tmp_path, PORTS)
    assert (tmp_path / "kernel").read_text() == "vmlinuz-6.12"
    assert (tmp_path / "initramfs").read_text() == "initrd.img-6.12"
    assert option(command, "-initrd") == str(tmp_path / "initramfs")
    words = option(command, "-append").split()
    assert {"root=LABEL=edge-root", "rw", "rootwait", "panic=10"} < set(words)
    assert [word for word in words if word.startswith("console=")] == ["console=ttyAMA0"]


def test_a_pi_4_is_told_of_the_card_where_qemu_has_it_and_of_no_hdmi(card: Card, tmp_path: Path) -> None:
    if shutil.which("dtc") is None:
        pytest.skip("the device tree compiler is not installed")
    (tmp_path / "pi.dts").write_text(PI_4)
    subprocess.run(["dtc", "-q", "-o", tmp_path / "pi.dtb", tmp_path / "pi.dts"], check=True)
    subprocess.run(["mcopy", "-o", "-i", f"{card.path}@@4M", tmp_path / "pi.dtb", f"::{TREE}"], check=True)
    command = raspi4b(card, tmp_path, PORTS)
    tree = option(command, "-dtb")

    def told(node: str, name: str) -> str:
        return subprocess.run(["fdtget", tree, node, name], capture_output=True, text=True, check=True).stdout.strip()

    assert {told(node, "status") for node in HDMI} == {"disabled"}
    assert told(CARD, "status") == "okay"
    names = subprocess.run(["fdtget", "-p", tree, CARD], capture_output=True, text=True, check=True)
    assert set(names.stdout.split()) == {"status", "broken-cd"}


def test_each_connection_to_the_other_broker_is_one_of_its_own(card: Card, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as broker:
        port = broker.getsockname()[1]
        network = option(virt(card, tmp_path, Ports(2222, 1884, broker_elsewhere=port)), "-netdev")
        command = shlex.split(network.partition(f"guestfwd=tcp:{BROKER_ELSEWHERE}:1883-cmd:")[2])
        assert command == [sys.executable, relay.__file__, str(port)]
        for said in (b"first", b"second"):
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
                connection, _ = broker.accept()
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(said)
                process.stdin.flush()
                with connection:
                    assert connection.recv(100) == said
                    connection.sendall(b"heard")
                assert process.stdout.read() == b"heard"
                assert process.wait(10) == 0
