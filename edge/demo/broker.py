"""A broker for the demo alone: mosquitto where it is installed, else one written in Python."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.child import module_command, program_command, running_child
from edge.errors import BrokerError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping

HOST = "127.0.0.1"
START_S = 15.0
STOP_S = 3.0
_STEP_S = 0.02
_SBIN = ("/usr/sbin", "/usr/local/sbin")
"""Where Debian keeps mosquitto; not on the PATH of an ordinary user."""


@dataclass(frozen=True, slots=True)
class RunningBroker:
    """A broker that takes connections: its ``name`` for people, and where it listens."""

    name: str
    port: int
    host: str = HOST


@contextmanager
def embedded_broker(environ: Mapping[str, str] = os.environ) -> Iterator[RunningBroker]:
    """A broker on a free port of this machine only; it ends with the block, or with this process.

    Raises:
        BrokerError: none is installed, or none starts.
    """
    reasons = []
    with tempfile.TemporaryDirectory(prefix="edge-demo-") as name:
        folder, port = Path(name), _free_port()
        for kind, command in _kinds(folder, port, environ):
            log = folder / f"{kind}.log"
            with log.open("wb") as out, running_child(command, stop_s=STOP_S, stdout=out, stderr=out) as process:
                if _answers(process, port):
                    yield RunningBroker(kind, port)
                    return
                reasons.append(f"{kind} does not start ({_last_line(log)})")
    found = "; ".join(reasons) or "there is none on this machine"
    raise BrokerError(
        f"the demo needs an MQTT broker: {found}; run: sudo apt install mosquitto, or: pip install 'edge-vision[demo]'"
    )


def _kinds(folder: Path, port: int, environ: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The brokers that are installed, the best first, each with its command."""
    mosquitto = shutil.which("mosquitto", path=os.pathsep.join((environ.get("PATH", ""), *_SBIN)))
    if mosquitto is not None:
        config = folder / "mosquitto.conf"
        lines = [f"listener {port} {HOST}", "allow_anonymous true", "persistence false", "user root"]
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield "mosquitto", program_command(mosquitto, "-c", str(config))
    if find_spec("amqtt") is not None:
        yield "amqtt", module_command("edge.demo.python_broker", str(os.getpid()), str(port))


def _free_port() -> int:
    """A TCP port of this machine on which nobody listens."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return int(sock.getsockname()[1])


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until connections are taken; False where the program ends before that, or takes too long."""
    deadline_s = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline_s:
        with socket.socket() as sock:
            if sock.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(_STEP_S)
    return False


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it says nothing")
