"""``edge broker-password``, with a stand-in for edge-appliance, which makes the login."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from edge.cli import broker_password
from edge.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[str]


@pytest.fixture
def appliance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with edge-appliance, on which root asks; what it was told is in the file ``told`` beside it."""
    launcher, credential = tmp_path / "edge-appliance", tmp_path / "edge.mqtt-password"
    launcher.write_text(f'#!/bin/sh\necho "$*" >{tmp_path}/told\n[ "$2" != --new ] || echo "it\'s new" >{credential}\n')
    launcher.chmod(0o755)
    credential.write_text("correct horse\n")
    settings = tmp_path / "edge.toml"
    settings.write_text('[mqtt]\nusername = "edge"\n')
    monkeypatch.setattr(broker_password, "LAUNCHER", launcher)
    monkeypatch.setattr(broker_password, "CREDENTIAL_STORE", credential)
    monkeypatch.setattr("edge.cli.config_file.DEFAULT_FILE", settings)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return launcher


def test_user_password_and_a_command_that_listens(appliance: Path, capsys: Output) -> None:
    assert main(["broker-password"]) == 0
    host = f"{socket.gethostname().partition('.')[0]}.local"
    assert capsys.readouterr().out.splitlines() == [
        "user: edge",
        "password: correct horse",
        f"mosquitto_sub -h {host} -u edge -P 'correct horse' -v -t 'edge/#'",
    ]
    assert (appliance.parent / "told").read_text() == "broker-login\n"


def test_a_new_one(appliance: Path, capsys: Output) -> None:
    assert main(["broker-password", "--new"]) == 0
    assert "password: it's new\n" in capsys.readouterr().out
    assert (appliance.parent / "told").read_text() == "broker-login --new\n"


def test_wrong_settings_hide_no_password(appliance: Path, capsys: Output) -> None:
    (appliance.parent / "edge.toml").write_text('[mqtt]\nusername = "edge"\nof_a_later_version = 1\n')
    assert main(["broker-password", "--new"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[:2] == ["user: edge", "password: it's new"]
    assert shown[2].endswith("-v -t '#'")


def test_why_none_is_made_is_said(appliance: Path, capsys: Output) -> None:
    appliance.write_text("#!/bin/sh\necho 'edge-appliance: the broker is yours' >&2\nexit 1\n")
    assert main(["broker-password", "--stdin"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "the login was not made: the broker is yours" in said.err


def test_without_edge_appliance_it_says_what_that_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr(broker_password, "LAUNCHER", tmp_path / "none")
    assert main(["broker-password"]) == 1
    assert "edge help broker" in " ".join(capsys.readouterr().err.split())


def test_who_is_not_root_is_told_to_be(appliance: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main(["broker-password"]) == 1
    assert "sudo edge broker-password" in capsys.readouterr().err
    assert not (appliance.parent / "told").exists()


def test_settings_for_one_run_are_wrong_usage(appliance: Path, capsys: Output) -> None:
    assert main(["broker-password", "--set", "mqtt.username=eve"]) == 2
    assert "leave out --set and --config" in " ".join(capsys.readouterr().err.split())
    assert not (appliance.parent / "told").exists()
