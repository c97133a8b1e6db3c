"""``edge reload`` with a stand-in for systemd, which hands the signal to a service that tells what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.cli import service
from edge.cli.main import main
from edge.daemon.reload_outcome import Reloaded, ReloadOutcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Reloaded | None], None]:
    """Choose what the service answers; None: nothing in time."""
    (tmp_path / "run").mkdir()
    waiting = tmp_path / "waiting"
    waiting.mkdir()
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.parent.mkdir()
    systemctl.write_text(f"#!/bin/sh\n[ ! -e {waiting}/reload ] || mv {waiting}/reload {tmp_path}/run/reload\n")
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{systemctl.parent}:/usr/bin:/bin")
    monkeypatch.setattr(service, "SERVICE_RUNTIME", tmp_path / "run")
    monkeypatch.setattr(service, "_TIMEOUT_S", 0.5)

    def choose(reloaded: Reloaded | None) -> None:
        if reloaded:
            ReloadOutcome(waiting).tell(reloaded)

    return choose


def test_what_is_in_force_and_what_waits_is_said(
    answer: Callable[[Reloaded | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer(Reloaded(("pose.fit", "mqtt.port"), ("camera.fps",)))
    assert main(["reload"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "applied: the service has reloaded",
        "in force now: pose.fit, mqtt.port",
        "in force after sudo systemctl restart edge: camera.fps",
    ]


def test_nothing_new_is_said(answer: Callable[[Reloaded | None], None], capsys: pytest.CaptureFixture[str]) -> None:
    answer(Reloaded())
    assert main(["reload"]) == 0
    assert "in force now: nothing new" in capsys.readouterr().out


def test_a_file_that_is_refused_is_no_success(
    answer: Callable[[Reloaded | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer(Reloaded(refused="edge.toml:2: pose.fitt: unknown key"))
    assert main(["reload"]) == 1
    assert capsys.readouterr().err == (
        "edge: the service goes on with what it had: edge.toml:2: pose.fitt: unknown key\n"
    )


def test_a_service_that_says_nothing_is_no_success(
    answer: Callable[[Reloaded | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    answer(None)
    assert main(["reload"]) == 1
    assert "takes long" in capsys.readouterr().err


def test_without_systemd_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["reload"]) == 1
    assert capsys.readouterr().err.startswith("edge: the service has not reloaded: there is no systemctl here")


@pytest.mark.parametrize("option", ["--set=pose.fit=stretch", "--config=other.toml"])
def test_settings_of_its_own_are_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reload", option]) == 2
    assert "leave out --set and --config" in capsys.readouterr().err
