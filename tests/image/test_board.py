"""What QEMU is told of a card; nothing is booted."""

from __future__ import annotations

import base64
import configparser
import re
import shlex
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge.messages.encoding import encoded
from tests.image import relay
from tests.image.board import BROKER_ELSEWHERE, Ports, raspi4b, virt
from tests.image.card import PASSWORD, Card
from tests.image.test_boards import OF_A_POSE

if TYPE_CHECKING:
    from pathlib import Path

PORTS = Ports(ssh=2222, mqtt=1884)


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
    for name in ("vmlinuz-6.12", "initrd.img-6.12", "vmlinuz-6.1", "bcm2711-rpi-4-b.dtb"):
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


def test_a_pi_4_listens_with_the_whole_password(card: Card, tmp_path: Path) -> None:
    append = option(raspi4b(card, tmp_path, PORTS), "-append")
    found = re.search(r"systemd\.extra-unit\.told\.service:(\S+)", append)
    assert found is not None
    unit = configparser.RawConfigParser()
    unit.read_string(base64.b64decode(found[1]).decode())
    words = shlex.split(unit["Service"]["ExecStart"])
    assert words[words.index("-P") + 1] == PASSWORD


def test_what_is_looked_for_on_the_console_is_in_a_message() -> None:
    assert OF_A_POSE in encoded({"schema": "edge/pose/1", "people": []}).decode()


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
