"""``edge run`` as a service, and the little of systemd and its journal that a session asks for."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.broker import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRY = re.compile(r"^\d\d:\d\d:\d\d ", re.MULTILINE)
STATUS = """\
● edge.service - Edge vision appliance
     Active: active (running) since today
     Status: "{}"
"""


class Service:
    """Runs ``edge run`` and answers ``systemctl`` and ``journalctl``, whose stand-ins ask at ``run/manager``.

    A context manager: the service runs until the block ends.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self._root = root
        self._environment = dict(environment) | {
            "NOTIFY_SOCKET": str(root / "run/notify"),
            "WATCHDOG_USEC": "20000000",
            "CREDENTIALS_DIRECTORY": str(root / "run/credentials"),
        }
        self._log = root / "run/log"
        self._status = ""
        self._ready = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._manager = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> Self:
        self._notify.bind(str(self._root / "run/notify"))
        self._manager.bind(str(self._root / "run/manager"))
        self._manager.listen()
        self._threads = [threading.Thread(target=self._hear), threading.Thread(target=self._serve)]
        for thread in self._threads:
            thread.start()
        complaint = self.start()
        assert not complaint, complaint
        return self

    def __exit__(self, *_details: object) -> None:
        self.stop()
        for end in (self._notify, self._manager):
            end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._notify.close()
        self._manager.close()

    def start(self) -> str:
        """Hand over the credential, where there is one, start, and wait until it is ready; what went wrong, if so."""
        credentials = self._root / "run/credentials"
        shutil.rmtree(credentials, ignore_errors=True)
        credentials.mkdir()
        password = self._root / "etc/credstore/edge.mqtt-password"
        if password.exists():
            shutil.copy(password, credentials / "mqtt-password")
        before = self._ready
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([self._root / "bin/edge", "run"], env=self._environment, stderr=log)
        return self._wait_for_ready(self._process, before)

    def stop(self) -> None:
        """Stop, and wait for the end."""
        if self._process:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None

    def reload(self) -> str:
        """Ask to read the configuration again, and wait until that is over; what is wrong, or nothing."""
        if self._process is None:
            return "edge.service is not active, cannot reload.\n"
        before = self._ready
        self._process.send_signal(signal.SIGHUP)
        return self._wait_for_ready(self._process, before)

    def answer(self, program: str, *words: str) -> str:
        """What the stand-in prints."""
        match (program, *words):
            case ("systemctl", "status", "edge"):
                return STATUS.format(self._status)
            case ("systemctl", "reload", "edge"):
                return self.reload()
            case ("systemctl", "restart", "edge"):
                self.stop()
                return self.start()
            case ("journalctl", "-u", "edge", "-o", "cat", "-g", pattern):
                entries = ENTRY.split(self._log.read_text())
                return "".join(entry for entry in entries if re.search(pattern, entry))
            case _:
                return f"{program} {' '.join(words)}: there is no stand-in for this\n"

    def _wait_for_ready(self, process: subprocess.Popen[bytes], before: int) -> str:
        deadline_s = time.monotonic() + PATIENCE_S
        while self._ready <= before:
            if process.poll() is not None or time.monotonic() > deadline_s:
                return f"edge.service did not get ready:\n{self._log.read_text()}"
            time.sleep(0.02)
        return ""

    def _hear(self) -> None:
        """What ``edge run`` says to its service manager."""
        while said := self._notify.recv(65536).decode():
            if said.startswith("STATUS="):
                self._status = said.removeprefix("STATUS=")
            elif said == "READY=1":
                self._ready += 1

    def _serve(self) -> None:
        """Answer the stand-ins, one after the other."""
        while True:
            try:
                line, _ = self._manager.accept()
            except OSError:  # shut down
                return
            with line, line.makefile("rw") as stream:
                asked = ""
                while not asked.endswith("\0"):
                    asked += stream.read(1)
                program, *words = asked[:-1].split("\n")
                stream.write(self.answer(Path(program).name, *words))
