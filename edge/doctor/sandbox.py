"""Where probes run: as the user of the service and in its sandbox, when it is root who asks.

A probe opens models, films and certificates that somebody else has chosen, in libraries that were never made for
hostile ones. The service does the same, but may do nothing besides.
"""

from __future__ import annotations

import math
import os
import pwd
import re
from typing import TYPE_CHECKING

from edge.doctor.service_account import SERVICE_USER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.doctor.system import System

_UNIT = "edge.service"
_COMMAND_S = 5.0
# What of the unit makes its sandbox: what it may do, see and use. Left out: what has an effect when a service ends
# (RemoveIPC=), and folders, which the running service has made already.
_SANDBOX = re.compile(
    r"(Protect|Private|Restrict|SystemCall|Device|Inaccessible|NoExec)\w+|ReadOnlyPaths|Lock\w+|KeyringMode|ProcSubset"
    r"|SupplementaryGroups|Group|NoNewPrivileges|CapabilityBoundingSet|AmbientCapabilities|MemoryDenyWriteExecute"
    r"|MemoryMax|TasksMax|SocketBind\w+|IPAddress\w+|UMask|Environment"
)
_ALWAYS = (f"User={SERVICE_USER}", "CapabilityBoundingSet=", "AmbientCapabilities=", "NoNewPrivileges=yes")
_SETPRIV = (
    "setpriv", f"--reuid={SERVICE_USER}", f"--regid={SERVICE_USER}", "--init-groups", "--no-new-privs",
    "--bounding-set=-all", "--inh-caps=-all",
)  # fmt: skip
# systemd-run does not tell which signal ended a process; a shell does, in its exit status.
_SHELL = ("/bin/sh", "-c", '"$0" "$@"; exit $?')
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH")


def confined(system: System, words: Sequence[str], limit_s: float) -> tuple[list[str], dict[str, str]]:
    """The command that runs ``words`` where they can do no harm for ``limit_s``, and its environment.

    Only root can become somebody else, and needs to: for all others it is ``words`` with the environment as it is.
    """
    if system.uid != 0 or not _has_service_user():
        return list(words), dict(system.environ)
    environ = {name: system.environ[name] for name in _PASSED_ON if name in system.environ}
    if not system.has_systemd:
        return [*_SETPRIV, *words], {**environ, "HOME": "/"}
    limits = (f"RuntimeMaxSec={math.ceil(limit_s)}", "TimeoutStopSec=1", "OOMPolicy=continue")
    properties = [f"--property={line}" for line in (*sandbox(system), *_ALWAYS, *limits)]
    run = ["systemd-run", "--quiet", "--pipe", "--wait", "--collect", "--service-type=exec", *properties, "--"]
    return [*run, *_SHELL, *words], environ


def sandbox(system: System) -> Iterator[str]:
    """The lines of the unit in force, with its drop-ins, that make its sandbox, in their order.

    ``systemctl show`` prints what systemd has made of them, which it does not take back everywhere.
    """
    text = system.run(("systemctl", "cat", _UNIT), _COMMAND_S).text.replace("\\\n", " ")
    for line in map(str.strip, text.splitlines()):
        name, equals, value = line.partition("=")
        if equals and _SANDBOX.fullmatch(name.strip()):
            yield f"{name.strip()}={value.strip()}"


def _has_service_user() -> bool:
    try:
        pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return False
    return os.geteuid() == 0
