"""A machine on which a session with the appliance can be replayed: no root, no systemd, everything in one folder.

Files below ``/etc`` and ``/var`` are in that folder, under the same names. ``edge`` and ``mosquitto_sub`` are the real
ones, shown to their files and to the broker; ``sudo``, ``systemctl`` and ``journalctl`` are stand-ins.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.docs.service import Service
from tests.transcript import TERMINAL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.broker import Broker

FOLDERS = ("bin", "etc/edge", "etc/credstore", "var/lib/edge", "run", "home/pi")
LIMIT_S = 60.0

SUDO = """#!/bin/sh
exec "$@"
"""
EDGE = """#!/bin/sh
export STATE_DIRECTORY='{root}/var/lib/edge'
case "$1" in
  run) set -- "$@" --config '{root}/etc/edge/edge.toml' --set mqtt.port={port} --set health.stats_interval_s=1 ;;
  watch | doctor) set -- "$@" --config '{root}/etc/edge/edge.toml' --set mqtt.port={port} ;;
  models) [ "$2" != pull ] || set -- "$@" --mirror '{mirror}' ;;
  replay | help) ;;
  config) exec '{python}' -c '{as_configured}' '{root}/etc/edge/edge.toml' "$@" ;;
  *) set -- "$@" --config '{root}/etc/edge/edge.toml' ;;
esac
exec '{python}' -m edge.cli.entry "$@"
"""
AS_CONFIGURED = """
import sys
from pathlib import Path
from edge.config import load
load.DEFAULT_FILE = Path(sys.argv.pop(1))
from edge.cli.main import main
sys.exit(main())
"""
"""With another file for /etc/edge/edge.toml: what has the service take a change over is for its own file."""
LISTEN = """#!/bin/sh
PATH=${{PATH#*:}}
exec mosquitto_sub -p {port} "$@"
"""
TELL = """#!{python} -IS
import socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect('{root}/run/manager')
    line.sendall('\\n'.join(sys.argv).encode() + b'\\0')
    sys.stdout.write(line.makefile().read())
"""


class Stage:
    """The machine, with ``settings`` in its configuration file and the service not yet started; a context manager."""

    def __init__(self, root: Path, broker: Broker, settings: str, mirror: Path) -> None:
        self._root = root
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True)
        (root / "etc/edge/edge.toml").write_text(settings)
        names = {
            "root": root,
            "port": broker.port,
            "mirror": mirror,
            "python": sys.executable,
            "as_configured": AS_CONFIGURED,
        }
        programs = {"sudo": SUDO, "edge": EDGE, "mosquitto_sub": LISTEN, "systemctl": TELL, "journalctl": TELL}
        for name, text in programs.items():
            program = root / "bin" / name
            program.write_text(text.format_map(names))
            program.chmod(0o755)
        self._environment = os.environ | TERMINAL | {"PATH": f"{root / 'bin'}:{os.environ['PATH']}"}
        self.service = Service(root, self._environment)

    def run(self, command: str) -> str:
        """What a line for bash prints."""
        here = re.sub(r"(?<![\w/])/(?=(?:etc|var)/)", f"{self._root}/", command)
        done = subprocess.run(
            ["bash", "-c", here],
            check=False,
            cwd=self._root / "home/pi",
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
        )
        return done.stdout.replace(str(self._root), "")
