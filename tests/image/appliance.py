"""The appliance, booted from a card in a virtual machine, as a person has it: by MQTT and SSH, from outside."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests import qemu
from tests.booted.machine import wait_until
from tests.broker import Seen, free_port
from tests.image.board import Ports, virt
from tests.image.card import PASSWORD
from tests.mqtt.promises import broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge.types import ImageArray
    from tests.image.card import Card

BOOT_S = 900.0
SOON_S = 300.0


def say(words: str) -> None:
    """Tell whoever runs the tests, who wants to know how long it took."""
    sys.stdout.write(f"\n{words}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Appliance:
    """A booted one."""

    card: Card
    folder: Path
    ports: Ports
    process: subprocess.Popen[bytes]
    started_s: float
    """When the power came on, by time.monotonic()."""

    def run(self, command: str, *, check: bool = True, timeout_s: float = SOON_S) -> subprocess.CompletedProcess[str]:
        """Run a shell command in it, by SSH as the user pi.

        Raises:
            AssertionError: it failed, and ``check`` is set.
        """
        done = subprocess.run(
            self._ssh(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def fetch(self, there: str, here: Path) -> Path:
        """Copy a file that anybody may read to here."""
        with here.open("wb") as file:
            subprocess.run(self._ssh(f"cat {shlex.quote(there)}"), stdout=file, check=True, timeout=SOON_S)
        return here

    def put(self, here: Path, there: str) -> None:
        """Copy a file into it, for its root alone to write."""
        with here.open("rb") as file:
            command = f"sudo tee {shlex.quote(there)} >/dev/null"
            subprocess.run(self._ssh(command), stdin=file, check=True, timeout=SOON_S)

    def _ssh(self, command: str) -> list[str]:
        options = [f"-o{option}" for option in (*_SSH_OPTIONS, f"ControlPath={self.folder / 'ssh'}")]
        key = self.folder.parent / "key"
        return ["ssh", *options, "-i", str(key), "-p", str(self.ports.ssh), "pi@127.0.0.1", command]

    def ask(self, command: str) -> str:
        """What a command prints, which must succeed."""
        return self.run(command).stdout.strip()

    def unit(self, name: str, unit: str = "edge") -> str:
        """A property of a unit, as ``systemctl show`` has it."""
        return self.ask(f"systemctl show {shlex.quote(unit)} --property={name} --value")

    def subscribe(
        self, topic: str, count: int = 1, limit_s: float = SOON_S, login: tuple[str, str] | None = ("edge", PASSWORD)
    ) -> subprocess.CompletedProcess[str]:
        """``mosquitto_sub`` on this machine: a line of topic and payload for each message."""
        user = ["-u", login[0], "-P", login[1]] if login else []
        where = ["-h", "127.0.0.1", "-p", str(self.ports.mqtt), *user]
        options = ["-t", topic, "-C", str(count), "-W", str(round(limit_s)), "-F", "%t %p"]
        return subprocess.run(
            ["mosquitto_sub", *where, *options], capture_output=True, text=True, check=False, timeout=limit_s + 30
        )

    def listen(self, topic: str, count: int = 1, limit_s: float = SOON_S) -> list[dict[str, Any]]:
        """The next messages on a topic; each is as its schema says.

        Raises:
            AssertionError: they did not come in time, or one is not.
        """
        done = self.subscribe(topic, count, limit_s)
        assert done.returncode == 0, f"not {count} messages on {topic} within {limit_s:.0f} s: {done.stderr}"
        lines = [line.partition(" ") for line in done.stdout.splitlines()]
        assert broken(Seen(name, payload.encode(), 0, retained=False) for name, _, payload in lines) == []
        return [json.loads(payload) for _, _, payload in lines]

    def is_publishing(self) -> bool:
        """Whether a pose message comes within seconds."""
        return self.subscribe("edge/+/pose", 1, 20).returncode == 0

    def wait_for_ssh(self) -> float:
        """Wait until somebody can log in; the seconds since the power came on."""
        self._wait(lambda: self.run("true", check=False, timeout_s=120).returncode == 0, "SSH lets us in")
        return time.monotonic() - self.started_s

    def wait_for_pose(self) -> float:
        """Wait for the first pose message; the seconds since the power came on."""
        self._wait(self.is_publishing, "a pose message has come")
        return time.monotonic() - self.started_s

    def _wait(self, is_so: Callable[[], bool], what: str) -> None:
        def alive() -> bool:
            assert self.process.poll() is None, f"QEMU has ended: {(self.folder / 'qemu').read_text()}"
            return is_so()

        wait_until(alive, what, BOOT_S)

    def console(self) -> str:
        """What it has said on its serial line."""
        return (self.folder / "console").read_text(errors="replace")

    def picture(self) -> ImageArray:
        """What is on the monitor, ``(height, width, 3) uint8`` RGB."""
        return qemu.picture(self.folder)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Nothing goes on in it meanwhile; what it has handed over to its card is there."""
        qemu.tell(self.folder, "stop")
        try:
            yield
        finally:
            qemu.tell(self.folder, "cont")

    def cut_power(self) -> None:
        """End it as a pulled plug does: what it has not written yet is lost."""
        self.process.kill()
        self.process.wait(30)

    def shut_down(self) -> None:
        """Switch it off in good order."""
        self.run("sudo systemctl poweroff", check=False)
        self.process.wait(SOON_S)


_SSH_OPTIONS = (
    "BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=60",
    "IdentitiesOnly=yes", "ControlMaster=auto", "ControlPersist=60",
)  # fmt: skip
"""One connection is kept for many commands: where all is emulated, each new one takes seconds."""


@contextmanager
def powered(
    card: Card, folder: Path, board: Callable[[Card, Path, Ports], list[str]] = virt, ports: Ports | None = None
) -> Iterator[Appliance]:
    """Put the card into a board and switch it on; the plug is pulled in the end.

    ``folder`` lies in the one that has the key.
    """
    folder.mkdir(exist_ok=True)
    (folder / "console").touch()  # somebody may look before QEMU has begun
    ports = ports or Ports(free_port(), free_port())
    command = ["setpriv", "--pdeathsig=SIGKILL", *board(card, folder, ports)]
    with (folder / "qemu").open("wb") as said:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    appliance = Appliance(card, folder, ports, process, time.monotonic())
    try:
        yield appliance
    finally:
        appliance.cut_power()
