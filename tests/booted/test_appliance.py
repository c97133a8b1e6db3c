"""The package edge-appliance: the first boots of an image and of its copies, and a machine that gets it later."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.booted.conftest import appliance_deb, bare_root, deb, run_switched_off
from tests.booted.machine import booted, overlaid, started, wait_until
from tests.booted.test_broker_page import cable, from_elsewhere
from tests.booted.test_package import APT, files, install

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.booted.machine import Machine

SETTINGS = '[camera]\nsource = "synthetic"\nloop = true\nfps = 10\n'
SHOWN = "/run/edge-appliance/login"
WAITING = "boot/firmware/edge-broker-password.txt"
HOST_KEY = "/etc/ssh/ssh_host_ed25519_key.pub"
LISTEN = "mosquitto_sub -h 192.168.1.20 -W 30 -C 1 -t 'edge/+/availability' -v"
IMAGE = """
apt-get install --yes --no-install-recommends /root/edge.deb /root/appliance.deb
systemctl enable mosquitto ssh avahi-daemon
echo edge >/etc/hostname
printf '127.0.0.1 localhost\\n127.0.1.1 edge\\n' >/etc/hosts
mkdir -p /boot/firmware
"""
ASK = """
import socket, sys
name = b"".join(bytes([len(part)]) + part.encode() for part in sys.argv[1].split(".")) + bytes(1)
question = bytes([0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]) + name + bytes([0, int(sys.argv[2]), 0, 1])
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.bind(("192.168.1.30", 0))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("192.168.1.30"))
    sock.settimeout(2)
    sock.sendto(question, ("224.0.0.251", 5353))
    print(sock.recv(9000))
"""
"""Asks all of a network for a name (RFC 6762): its type is 1 for an address, 12 for who offers a service."""


@dataclass(frozen=True)
class Image:
    """A root file system as an image has it: installed, never booted."""

    suite: str
    root: Path


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    suite: str = request.param
    scratch = tmp_path_factory.mktemp(f"image-{suite}")
    with overlaid(bare_root(suite), scratch) as root:
        shutil.copy(deb(suite), root / "root/edge.deb")
        shutil.copy(appliance_deb(suite), root / "root/appliance.deb")
        run_switched_off(root, scratch, IMAGE)
        (root / "etc/edge/edge.toml").write_text(SETTINGS)
        yield Image(suite, root)


@pytest.fixture
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name a container may have, too."""
    return tmp_path_factory.mktemp("appliance")


def login(machine: Machine) -> tuple[str, str]:
    """The password, and the command that listens, as `edge broker-password` has them."""
    user, password, command = machine.ask("edge", "broker-password").splitlines()
    assert user == "user: edge"
    return password.removeprefix("password: "), command


def ask_network(other: subprocess.Popen[bytes], name: str, kind: int) -> str:
    return from_elsewhere(other, f"{sys.executable} -c '{ASK}' {name} {kind}")


def settled(machine: Machine) -> str:
    """All of /etc that a boot could change, but what systemd itself writes at each."""
    return machine.ask("sh", "-c", "find /etc -type f ! -name 'ld.so.cache' -exec sha256sum {} + | sort -k2")


@pytest.mark.timeout(600)
def test_an_image_becomes_a_machine_of_its_own(image: Image, scratch: Path) -> None:
    assert not (image.root / "etc/credstore/edge.mqtt-password").exists()
    assert not list((image.root / "etc/ssh").glob("ssh_host_*"))
    with overlaid(image.root, scratch) as root:
        with started(image.suite, root, scratch) as machine:
            password, name = first_boot(machine), machine.ask("hostname")
            key, before = machine.ask("cat", HOST_KEY), settled(machine)
        with started(image.suite, root, scratch) as machine:
            assert settled(machine) == before, "the second boot changes nothing"
            assert login(machine)[0] == password
            assert machine.run("test", "-e", SHOWN, check=False).returncode == 1, "shown at the first boot only"
            wait_until(lambda: machine.unit("StatusText").startswith("pose "), "Edge publishes")
        (root / WAITING).write_text("correct horse\r\n")
        with started(image.suite, root, scratch) as machine:
            a_password_from_a_laptop(machine)
            assert (machine.ask("hostname"), machine.ask("cat", HOST_KEY)) == (name, key)


def first_boot(machine: Machine) -> str:
    """What a first boot leaves; the password."""
    assert machine.ask("systemctl", "--failed", "--no-legend") == "", machine.journal(unit="edge-first-boot")
    name = machine.ask("hostname")
    assert re.fullmatch(r"edge-[0-9a-f]{4}", name)
    password, command = login(machine)
    assert machine.ask("runuser", "-u", "edge", "--", "cat", SHOWN).splitlines() == ["edge", password]
    assert machine.ask("stat", "--format", "%U:%G %a", SHOWN) == "root:edge 640"
    assert password in machine.ask("cat", "/etc/issue.d/edge.login.issue")
    modes = machine.ask("stat", "--format", "%U:%G %a", "/etc/mosquitto/passwords", "/etc/credstore/edge.mqtt-password")
    assert modes.splitlines() == ["mosquitto:mosquitto 600", "root:root 600"]
    with cable(machine) as other:
        assert "not authorised" in from_elsewhere(other, LISTEN), "nobody is let in without the login"
        assert "not authorised" in from_elsewhere(other, f"{LISTEN} -u edge -P guessed")
        shown = command.replace(f"{name}.local", "192.168.1.20")
        assert f"edge/{name}/" in from_elsewhere(other, f"{shown} -C 1 -W 30"), "the device is called like the machine"
        machine.ask("systemctl", "restart", "avahi-daemon")  # at once on the cable, which has just been plugged in
        wait_until(lambda: r"\xc0\xa8\x01\x14" in ask_network(other, f"{name}.local", 1), "its name is found")
        wait_until(lambda: "Edge on" in ask_network(other, "_mqtt._tcp.local", 12), "its broker is found")
        assert "SSH-2.0" in from_elsewhere(other, "timeout 5 bash -c 'head -n 1 </dev/tcp/192.168.1.20/22'")
    assert password not in machine.ask("journalctl", "--no-pager")
    assert password not in machine.ask("grep", "--recursive", "--text", "edge", "/var/log")
    assert machine.run("sh", "-c", "ls /var/log/journal/*/*", check=False).stdout == "", "the journal is in memory"
    verified = machine.run("systemd-analyze", "verify", "edge-first-boot.service")
    assert verified.stderr == ""
    return password


def a_password_from_a_laptop(machine: Machine) -> None:
    assert login(machine)[0] == "correct horse"
    assert machine.ask("ls", "/boot/firmware") == ""
    with cable(machine) as other:
        wait_until(lambda: "online" in from_elsewhere(other, f"{LISTEN} -u edge -P 'correct horse'"), "it is let in")
    machine.run("edge", "broker-password", "--stdin", stdin="battery staple\n")
    assert login(machine)[0] == "battery staple"
    wait_until(lambda: machine.unit("StatusText").startswith("pose "), "Edge logs in with the new one")
    with cable(machine) as other:
        assert "not authorised" in from_elsewhere(other, f"{LISTEN} -u edge -P 'correct horse'")
        assert "online" in from_elsewhere(other, f"{LISTEN} -u edge -P 'battery staple'")


@pytest.mark.timeout(600)
def test_two_copies_of_an_image_have_nothing_in_common(image: Image, scratch: Path) -> None:
    seen = []
    for copy in ("one", "other"):
        with booted(image.suite, image.root, scratch / copy) as machine:
            machine_id, key = machine.ask("cat", "/etc/machine-id"), machine.ask("cut", "-d ", "-f2", HOST_KEY)
            seen.append((machine_id, key, machine.ask("hostname"), login(machine)[0]))
    assert all(one != other for one, other in zip(*seen, strict=True))


@pytest.mark.timeout(300)
def test_what_a_person_has_chosen_stays(image: Image, scratch: Path) -> None:
    own = "listener 1883 localhost\nallow_anonymous true\n"
    chosen = {"/etc/hostname": "kitchen\n", "/etc/mosquitto/conf.d/mine.conf": own, f"/{WAITING}": "correct horse\n"}
    with booted(image.suite, image.root, scratch, chosen) as machine:
        assert machine.ask("hostname") == "kitchen"
        assert "ordering cycle" not in machine.ask("journalctl", "--no-pager")
        assert machine.ask("ls", "/etc/mosquitto/conf.d", "/etc/credstore").split() == [
            *("/etc/credstore:", "/etc/mosquitto/conf.d:", "README", "mine.conf")
        ]
        done = machine.run("edge", "broker-password", check=False)
        assert done.returncode == 1
        assert "mine.conf says who may use the broker" in " ".join(done.stderr.split())
        told = machine.run("cat", "/boot/firmware/edge-broker-password.errors.txt", check=False).stdout
        assert "mine.conf" in told, machine.ask("journalctl", "--no-pager", "--output=short-monotonic")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_a_machine_that_gets_it_later_and_loses_it_again(suite: str, scratch: Path) -> None:
    with booted(suite, bare_root(suite), scratch) as machine:
        before = files(machine)
        machine.ask("systemctl", "start", "mosquitto")
        install(machine, deb(suite))
        machine.write("/etc/edge/edge.toml", SETTINGS)
        shutil.copy(appliance_deb(suite), machine.path("/root/appliance.deb"))
        machine.ask(*APT, "install", "/root/appliance.deb")
        assert machine.ask("hostname") == "pi", "somebody has called it so"
        password, _ = login(machine)
        with cable(machine) as other:
            heard = f"{LISTEN} -u edge -P {password}"
            wait_until(lambda: "online" in from_elsewhere(other, heard), "Edge logs in without a boot")
            machine.ask(*APT, "purge", "edge-appliance")
            assert "refused" in from_elsewhere(other, LISTEN), "the broker is for its own machine again"
        wait_until(lambda: machine.unit("StatusText").startswith("pose "), "Edge needs no login any more")
        machine.ask(*APT, "purge", "edge-vision")
        left = {path for path in files(machine) - before if not path.startswith("/etc/ssh/ssh_host_")}
        assert left == set()
