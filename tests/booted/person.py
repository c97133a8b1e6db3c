"""Who types a page on a booted machine: an ordinary user, who becomes root by ``sudo`` only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.transcript import TERMINAL

if TYPE_CHECKING:
    from tests.booted.machine import Machine

PASSWORD = "open sesame"
_USER = "pi"
HOME = f"/home/{_USER}"
_GROUPS = "adm,video,plugdev"
"""Those that Raspberry Pi OS gives its first user."""
_SUDO = """#!/bin/sh
exec su --command 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin exec "$@"' -- root sudo "$@"
"""
_SU = "auth sufficient pam_permit.so\naccount sufficient pam_permit.so\nsession sufficient pam_permit.so\n"
"""``sudo`` by way of ``su``, which Debian has from the beginning, and which asks for no password here."""
_NOT_EDGES = ("Failed to dump process list", "INFO: Created TensorFlow Lite")
"""What systemctl says where the container may not read the control groups, and the library that runs the models."""
_ASKS = {
    r"mosquitto_passwd ": f"{PASSWORD}\n{PASSWORD}\n",
    r" /dev/stdin /etc/credstore/": f"{PASSWORD}\n",
    r"sudo apt (install|remove|purge) ": "y\n",
}
"""What is typed when a command waits for it."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account on a machine; :func:`arrives` makes it."""

    machine: Machine

    def types(self, command: str, folder: str = HOME) -> str:
        """What a line for bash says, as it would stand on the terminal."""
        return self.does(command, folder)[0]

    def does(self, command: str, folder: str = HOME, limit_s: float = 120.0) -> tuple[str, int]:
        """What a line for bash says, and its exit status."""
        login = ["runuser", "--user", _USER, "--", "env", f"--chdir={folder}", f"HOME={HOME}", f"USER={_USER}"]
        environment = [f"{name}={value}" for name, value in TERMINAL.items()]
        path = "PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
        answer = next((answer for asks, answer in _ASKS.items() if re.search(asks, command)), "")
        line = ["bash", "-c", f"exec 2>&1; {command}"]
        done = self.machine.run(*login, path, *environment, *line, check=False, stdin=answer, timeout_s=limit_s)
        said = "".join(f"{line}\n" for line in done.stdout.splitlines() if not line.startswith(_NOT_EDGES))
        return said, done.returncode


def arrives(machine: Machine) -> Person:
    """Give somebody an account and ``sudo``."""
    machine.write("/etc/pam.d/su", _SU)
    machine.write("/usr/local/bin/sudo", _SUDO)
    machine.ask("chmod", "755", "/usr/local/bin/sudo")
    machine.ask("useradd", "--create-home", "--shell=/bin/bash", f"--groups={_GROUPS}", _USER)
    return Person(machine)
