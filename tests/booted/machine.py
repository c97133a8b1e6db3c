"""A Debian that is booted in a container, from a root file system that it shares with others and does not change."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BOOT_S = 120.0
"""A container is up after some seconds; a machine that has much else to do takes its time."""
_POLL_S = 0.2


@dataclass(frozen=True)
class Machine:
    """A booted container."""

    suite: str
    leader: int
    """The process here that is process 1 there."""

    def run(
        self, *command: str, check: bool = True, timeout_s: float = 120.0, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in it, as root.

        Raises:
            AssertionError: it failed, and ``check`` is set.
        """
        done = subprocess.run(
            self.inside(*command), input=stdin, capture_output=True, text=True, timeout=timeout_s, check=False
        )
        assert not check or done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def inside(self, *command: str) -> list[str]:
        """What is to be run here to run a command there, as root."""
        return ["nsenter", "--target", str(self.leader), "--all", "--wdns=/", *_ENVIRONMENT, *command]

    def ask(self, *command: str) -> str:
        """What a command prints, which must succeed."""
        return self.run(*command).stdout.strip()

    def listen(self, topic: str, count: int = 1, limit_s: float = 60.0) -> list[dict[str, Any]]:
        """The next messages on a topic, heard by a client that is not in the container but on its network.

        Raises:
            AssertionError: they did not come in time.
        """
        listener = self.listener(topic, count, limit_s)
        said, _ = listener.communicate()
        assert listener.returncode == 0, f"not {count} messages on {topic} within {limit_s:.0f} s: {said}"
        return [json.loads(line) for line in said.splitlines()]

    def listener(self, topic: str, count: int, limit_s: float = 60.0) -> subprocess.Popen[str]:
        """A client outside of the container that prints the next messages on a topic, and ends."""
        outside = ["nsenter", "--target", str(self.leader), "--net", "mosquitto_sub"]
        options = ["-h", "127.0.0.1", "-t", topic, "-C", str(count), "-W", str(round(limit_s))]
        return subprocess.Popen([*outside, *options], stdout=subprocess.PIPE, text=True)

    def unit(self, name: str, unit: str = "edge") -> str:
        """A property of a unit, as ``systemctl show`` has it."""
        return self.ask("systemctl", "show", unit, f"--property={name}", "--value")

    def journal(self, *options: str, unit: str = "edge") -> str:
        """The log of a unit."""
        return self.ask("journalctl", f"--unit={unit}", "--no-pager", "--output=cat", *options)

    def cut_power(self) -> None:
        """End it from one moment to the next; what has been written is there, as after a cut with a good card."""
        os.kill(self.leader, signal.SIGKILL)

    def path(self, inside: str) -> Path:
        """Where a file of it lies here, whatever is mounted there."""
        return Path(f"/proc/{self.leader}/root", inside.lstrip("/"))

    def write(self, inside: str, text: str) -> None:
        """Put a file there."""
        _write(self.path(inside), text)


_ENVIRONMENT = (
    "env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8",
    "DEBIAN_FRONTEND=noninteractive", "TERM=dumb",
)  # fmt: skip


@contextmanager
def booted(suite: str, lower: Path, scratch: Path, files: Mapping[str, str] | None = None) -> Iterator[Machine]:
    """Boot a container on top of the root file system ``lower``; what it changes is gone afterwards.

    ``files`` are put there before. It has no network but its own loopback.
    """
    with overlaid(lower, scratch) as root:
        for name, text in (files or {}).items():
            _write(root / name.lstrip("/"), text)
        with started(suite, root, scratch) as machine:
            yield machine


@contextmanager
def started(suite: str, root: Path, scratch: Path) -> Iterator[Machine]:
    """Boot a container that has the file system ``root`` for itself, and can be booted again afterwards."""
    nspawn, machine = _up(suite, root, scratch)
    try:
        with _told_afterwards(machine):
            yield machine
    finally:
        _end(nspawn)


def _up(suite: str, root: Path, scratch: Path) -> tuple[subprocess.Popen[bytes], Machine]:
    """Boot; a second time where the first one got stuck, after saying at what."""
    for is_last in (False, True):
        nspawn = _nspawn(root, scratch)
        machine = Machine(suite, _leader(nspawn))
        try:
            wait_until(lambda: _is_up(machine), "the container is up", BOOT_S)  # noqa: B023
        except AssertionError:
            sys.stdout.write(f"stuck at:\n{machine.run('systemctl', 'list-jobs', check=False).stdout}")
            sys.stdout.write((scratch / "console").read_text(errors="replace"))
            _end(nspawn)
            if is_last:
                raise
        else:
            return nspawn, machine
    raise AssertionError("not reached")


def _nspawn(root: Path, scratch: Path) -> subprocess.Popen[bytes]:
    """A container that ends with us, however we end; killed by SIGKILL it would leave its processes behind."""
    command = [
        "setpriv", "--pdeathsig=SIGTERM", "systemd-nspawn", "--quiet", f"--directory={root}", "--boot",
        "--register=no", "--keep-unit", "--private-network", "--link-journal=no", f"--machine={machine_name(scratch)}",
    ]  # fmt: skip
    with (scratch / "console").open("wb") as console:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console)


def machine_name(scratch: Path) -> str:
    """One that no other container has that is booted at the same time, be it by another process of pytest."""
    return "-".join(scratch.parts[-2:])


def _end(nspawn: subprocess.Popen[bytes]) -> None:
    nspawn.terminate()
    nspawn.wait(timeout=60)


@contextmanager
def _told_afterwards(machine: Machine) -> Iterator[None]:
    """Print how the service is in the end, which pytest shows after a failure."""
    try:
        yield
    finally:
        sys.stdout.write(machine.run("systemctl", "status", "--lines=30", "edge", check=False).stdout)


@contextmanager
def overlaid(lower: Path, scratch: Path) -> Iterator[Path]:
    """A root file system on top of another, in which everything can be changed; gone afterwards."""
    upper, work, root = (scratch / name for name in ("upper", "work", "root"))
    for folder in (upper, work, root):
        folder.mkdir(parents=True)
    layers = f"lowerdir={lower},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(root)], check=True)
    try:
        yield root
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)
        for folder in (upper, work):
            shutil.rmtree(folder, ignore_errors=True)


def wait_until(is_so: Callable[[], bool], what: str, limit_s: float = 60.0) -> float:
    """Wait for something; the seconds it took.

    Raises:
        AssertionError: it did not come about in time.
    """
    began_s = time.monotonic()
    while not is_so():
        assert time.monotonic() - began_s < limit_s, f"not within {limit_s:.0f} s: {what}"
        time.sleep(_POLL_S)
    return time.monotonic() - began_s


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _leader(nspawn: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children")
    found: list[str] = []

    def has_child() -> bool:
        assert nspawn.poll() is None, "systemd-nspawn has ended; its console says why"
        found[:] = [pid for pid in children.read_text().split() if _name(pid) not in {"", "systemd-nspawn"}]
        return bool(found)

    wait_until(has_child, "systemd-nspawn has started process 1", BOOT_S)
    return int(found[0])


def _name(pid: str) -> str:
    """What runs in a process, which may be gone: systemd-nspawn has one on the way to process 1 of the container."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def _is_up(machine: Machine) -> bool:
    with suppress(subprocess.TimeoutExpired):
        state = machine.run("systemctl", "is-system-running", check=False, timeout_s=10).stdout.strip()
        return state in {"running", "degraded"}
    return False
