"""What root tries out, it tries as the service's user; tests/booted/test_attacks.py runs it for real."""

from __future__ import annotations

import os
import pwd
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.doctor.confinement import confined, sandbox
from edge.doctor.system import Output, System
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

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
        "ProtectSystem=strict", "SystemCallFilter=~@privileged @resources", "SupplementaryGroups=video render plugdev",
        "MemoryMax=75%", "DeviceAllow=char-drm rw", "CapabilityBoundingSet=", "Environment=A=b    C=d",
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
