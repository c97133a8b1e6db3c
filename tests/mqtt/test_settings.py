"""``mqtt.host`` by each way in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

SCHEME, PORT = "mqtt://hall", "hall:1884"


def test_set_refuses_and_says_what_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.toml"
    assert main(["config", "set", "--config", str(file), "mqtt.host", SCHEME]) == 2
    assert 'must be a host alone: set mqtt.host = "hall"' in " ".join(capsys.readouterr().err.split())
    assert not file.exists()


def test_check_refuses_and_says_what_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(f'[mqtt]\nhost = "{PORT}"\n')
    assert main(["config", "check", "--config", str(file)]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert f"{file}:2" in told
    assert 'set mqtt.host = "hall" and mqtt.port = 1884' in told


def test_a_start_refuses_and_says_what_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "edge.toml"
    file.touch()
    assert main(["run", "--config", str(file), "--set", f"mqtt.host={SCHEME}", "--frames", "1"]) == 2
    assert 'set mqtt.host = "hall"' in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("host", ["[::1]", "::1"])
def test_an_ipv6_address_is_one_with_and_without_brackets(
    host: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "edge.toml"
    assert main(["config", "set", "--config", str(file), "mqtt.host", host]) == 0
    capsys.readouterr()
    assert main(["config", "get", "--config", str(file), "mqtt.host"]) == 0
    assert "::1" in capsys.readouterr().out
