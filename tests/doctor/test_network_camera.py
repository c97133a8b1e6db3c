"""What the doctor says of a camera in the network: what is wrong with it, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.doctor.examine import CHECKS, examine
from tests.broker import free_port
from tests.camera.mjpeg_server import Behaviour, mjpeg_server
from tests.camera.support import write_sound
from tests.doctor.machines import Machine

if TYPE_CHECKING:
    from pathlib import Path

    from edge.doctor.finding import Finding


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A computer on which Edge runs as no service."""
    (tmp_path / "root").mkdir()
    return Machine(tmp_path, tmp_path / "root", machine="x86_64", has_service=False)


def found(machine: Machine, source: str, name: str = "camera.frame") -> Finding:
    machine.keys["camera.source"] = source
    (finding,) = examine(machine.subject(), [check for check in CHECKS if check.name == name])
    assert "hush" not in f"{finding.why}{finding.fix}"
    return finding


def test_one_that_delivers(machine: Machine) -> None:
    with mjpeg_server(Behaviour(user="u", password="hush")) as server:
        source = f"http://u:hush@127.0.0.1:{server.port}/"
        finding = found(machine, source)
    assert finding.verdict == "ok"
    assert finding.why.startswith(f"http://u:***@127.0.0.1:{server.port}/ delivers 160x96")
    assert found(machine, source, "camera.device").verdict == "skipped"
    assert found(machine, source, "camera.permissions").verdict == "skipped"


def test_what_is_wrong_with_one(machine: Machine, tmp_path: Path) -> None:
    with mjpeg_server(Behaviour(user="u", password="other")) as server:
        refused = found(machine, f"http://u:hush@127.0.0.1:{server.port}/")
        server.behaviour.password = ""
        server.behaviour.files["/sound.wav"] = write_sound(tmp_path / "sound.wav")
        no_video = found(machine, f"http://u:hush@127.0.0.1:{server.port}/sound.wav")
    unknown = found(machine, "rtsp://u:hush@no-camera.invalid/1")
    closed = found(machine, f"rtsp://u:hush@127.0.0.1:{free_port()}/1")
    for finding, why, fix in (
        (refused, "refuses the user u or the password (401)", "correct camera.source or camera.password_file"),
        (no_video, "has no video in it", "check the path of the stream"),
        (unknown, "a host that is not known here (no-camera.invalid)", "check its name"),
        (closed, "refuses the connection", "check the port"),
    ):
        assert finding.verdict == "failed"
        assert why in finding.why
        assert fix in finding.fix
