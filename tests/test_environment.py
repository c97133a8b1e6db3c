"""What whoever runs the tests has set does not reach what is tested."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import is_foreign, own_environment

OURS = {"LC_ALL", "XDG_DATA_HOME", "XDG_STATE_HOME"}


def test_this_test_sees_nothing_foreign() -> None:
    assert {name for name in os.environ if is_foreign(name)} == OURS
    assert not Path(os.environ["XDG_DATA_HOME"]).is_relative_to(Path.home())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOTIFY_SOCKET", "/run/systemd/notify"),
        ("WATCHDOG_USEC", "1000000"),
        ("STATE_DIRECTORY", "/var/lib/other"),
        ("CREDENTIALS_DIRECTORY", "/run/credentials/other"),
        ("JOURNAL_STREAM", "8:1"),
        ("XDG_RUNTIME_DIR", "/run/user/1000"),
        ("EDGE_CONFIG", "/nowhere"),
        ("MQTT_HOST", "broker.example"),
        ("COLUMNS", "13"),
        ("NO_COLOR", "1"),
        ("LANG", "de_DE.UTF-8"),
        ("https_proxy", "http://proxy.example"),
    ],
)
def test_a_program_sees_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    asking = [sys.executable, "-ISc", f"import os; print({name!r} in os.environ)"]
    with own_environment(tmp_path):
        assert subprocess.check_output(asking, text=True) == "False\n"
        assert "PATH" in os.environ
    assert os.environ[name] == value


def test_models_and_states_of_whoever_runs_them_are_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/home/somebody/data")
    with own_environment(tmp_path):
        assert os.environ["XDG_DATA_HOME"] == str(tmp_path / "data")
