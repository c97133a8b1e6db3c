"""What root tries out, it tries as the service's user; tests/booted/test_attacks.py runs it for real under systemd."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from edge.doctor.sandbox import confined, sandbox
from edge.doctor.system import Output, System
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

DROP_IN = """
# /etc/systemd/system/edge.service.d/own.conf
[Service]
ProtectHome=read-only
DeviceAllow=
ExecStartPre=/bin/evil
Environment=A=b \\
  C=d
"""
UNIT = (ROOT / "systemd" / "edge.service").read_text()


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    """A machine with systemd and the service, on which root asks."""
    monkeypatch.setattr(pwd, "getpwnam", lambda _name: None)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    environ = {"PATH": "/bin", "MQTT_SECRET": "hush"}
    return System(root=tmp_path, environ=environ, run=lambda *_: Output(0, UNIT + DROP_IN), uid=0)


def test_the_sandbox_is_that_of_the_unit_in_force(system: System) -> None:
    lines = list(sandbox(system))
    for line in (
        "ProtectSystem=strict", "SystemCallFilter=~@privileged @resources",
        "SupplementaryGroups=video render plugdev apex", "MemoryMax=75%",
        "DeviceAllow=char-drm rw", "CapabilityBoundingSet=", "Environment=A=b    C=d",
    ):  # fmt: skip
        assert line in lines
    assert lines.index("ProtectHome=read-only") > lines.index("ProtectHome=yes"), "the last one counts"
    assert not [line for line in lines if line.startswith(("Exec", "Type", "WatchdogSec", "ReadWrite", "RemoveIPC"))]


def test_nothing_of_the_unit_makes_it_root_again(system: System) -> None:
    words, environ = confined(system, ["true"], 5)
    own = [word.removeprefix("--property=") for word in words if word.startswith("--property=")]
    assert own[-7:-3] == ["User=edge", "CapabilityBoundingSet=", "AmbientCapabilities=", "NoNewPrivileges=yes"]
    assert words[-1] == "true"
    assert environ == {"PATH": "/bin"}


def test_without_systemd_it_is_setpriv(system: System, tmp_path: Path) -> None:
    (tmp_path / "run/systemd/system").rmdir()
    words, environ = confined(system, ["true"], 5)
    assert words[:2] == ["setpriv", "--reuid=edge"]
    assert {"--no-new-privs", "--bounding-set=-all", "--init-groups"} < set(words)
    assert "MQTT_SECRET" not in environ


def test_who_is_not_root_stays_who_it_is(system: System) -> None:
    own = replace(system, uid=1000)
    assert confined(own, ["true"], 5) == (["true"], dict(own.environ))


def test_without_the_services_user_there_is_nobody_to_become(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", unknown)
    assert confined(system, ["true"], 5)[0] == ["true"]


# In the root of make test-system mounts are its own already, and cannot be made so again.
OWN_MOUNTS = ("unshare", "--mount", f"--propagation={'unchanged' if 'EDGE_SYSTEM_TEST' in os.environ else 'private'}")
UID, GID, OTHER_GID = 64_321, 64_322, 64_323
PASSWD = f"root:x:0:0:root:/root:/bin/sh\nedge:x:{UID}:{GID}::/nonexistent:/usr/sbin/nologin\n"
GROUP = f"root:x:0:\nedge:x:{GID}:\nvideo:x:{OTHER_GID}:edge\n"
AS_EDGE = """
import json, subprocess, sys
from edge.doctor.sandbox import confined
from edge.doctor.system import System

def run(*words):
    command, environ = confined(System(), words, 10)
    done = subprocess.run(command, env=environ, cwd="/", capture_output=True, text=True)
    return done.stdout + done.stderr

commands = json.load(sys.stdin)
print(json.dumps({name: run(*words) for name, words in commands.items()}))
"""
PROBE = """
import json, sys
from edge.doctor.probe import ProbeError, probe
from edge.doctor.system import System
try:
    print(json.dumps(probe(System(), *json.load(sys.stdin), 60)))
except ProbeError as error:
    print(json.dumps(str(error)))
"""


@pytest.fixture
def as_root(tmp_path: Path) -> Callable[..., Any]:
    """Runs Python as root where the service's user is one that nobody else has: what it prints, as JSON."""
    if os.geteuid() != 0 or subprocess.run([*OWN_MOUNTS, "true"], check=False).returncode != 0:
        pytest.skip("only root can become the service's user, with accounts of its own")
    if System().has_systemd:
        pytest.skip("systemd is there")
    (tmp_path / "passwd").write_text(PASSWD)
    (tmp_path / "group").write_text(GROUP)
    binds = f"mount --bind {tmp_path}/passwd /etc/passwd && mount --bind {tmp_path}/group /etc/group"

    def run(code: str, given: object) -> Any:
        shell = ["sh", "-c", f'{binds} && exec "$0" -c "$1"', sys.executable, code]
        words = [*OWN_MOUNTS, *shell]
        environ = os.environ | {"MQTT_SECRET": "hush"}
        done = subprocess.run(words, input=json.dumps(given), capture_output=True, text=True, env=environ, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_without_systemd_it_is_that_user_who_may_do_nothing_besides(as_root: Callable[..., Any]) -> None:
    found = as_root(
        AS_EDGE,
        {
            "status": ["cat", "/proc/self/status"],
            "shadow": ["cat", "/etc/shadow"],
            "write": ["touch", "/etc/planted"],
            "mount": ["unshare", "--mount", "true"],
            "become": ["setpriv", "--reuid=0", "true"],
            "environ": ["env"],
        },
    )
    status = dict(line.split(":\t", 1) for line in found["status"].splitlines() if ":\t" in line)
    assert set(status["Uid"].split()) == {str(UID)}
    assert set(status["Gid"].split()) == {str(GID)}
    assert set(status["Groups"].split()) == {str(GID), str(OTHER_GID)}
    assert {status[name].strip("0") for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {""}
    assert status["NoNewPrivs"] == "1"
    for name in ("shadow", "write", "mount", "become"):
        assert "ermi" in found[name], (name, found[name])
    assert "hush" not in found["environ"]
    assert not Path("/etc/planted").exists()


def _others_may_run(program: Path) -> bool:
    """Whether that user can start this Python: one in root's home is out of reach."""
    path = program.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


@pytest.mark.skipif(
    not _others_may_run(Path(sys.executable)), reason="this Python is root's alone; make test-system has another one"
)
def test_without_systemd_a_probe_reads_what_that_user_may_read(as_root: Callable[..., Any], tmp_path: Path) -> None:
    secret = tmp_path / "secret.tflite"
    secret.write_bytes(b"\x1c\0\0\0TFL3 for root alone")
    secret.chmod(0o600)
    mqtt = {"tls": True, "ca_file": str(secret)}
    told = as_root(PROBE, ["broker", {"mqtt": mqtt, "password": None, "files_only": True}])
    assert "mqtt.ca_file: cannot read" in told["wrong"]
    assert "Permission denied" in told["wrong"]
    told = as_root(PROBE, ["model", {"task": "pose", "overrides": [f"pose.model={secret}"]}])
    assert "ermission" in told or "cannot be read" in told, told
    assert as_root(PROBE, ["packages", {"names": ["json"]}]) == {"broken": {}}
