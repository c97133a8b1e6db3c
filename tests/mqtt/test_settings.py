"""[mqtt]: ``mqtt.host`` by each way in, and what must hold between its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from edge.cli.main import main
from edge.config.load import load
from edge.config.sections import Settings
from edge.errors import ConfigError
from edge.mqtt.settings import MqttSettings, conflicts
from edge.settings import SCHEMA

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


def test_certificates_without_tls_are_a_conflict(tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    file.write_text('[mqtt]\nca_file = "/ca.pem"\nkey_file = "/key.pem"\n')
    useless = "does nothing without TLS; set mqtt.tls = true, or take this key out"
    with pytest.raises(ConfigError) as refused:
        load(SCHEMA, file)
    assert [str(problem) for problem in refused.value.problems] == [
        f'{file}:2: mqtt.ca_file = "/ca.pem": {useless}',
        f'{file}:3: mqtt.key_file = "/key.pem": {useless}',
        f'{file}:3: mqtt.key_file = "/key.pem": needs the certificate it belongs to; set mqtt.cert_file',
    ]
    file.write_text('[mqtt]\ntls = true\nca_file = "/ca.pem"\ncert_file = "/cert.pem"\nkey_file = "/key.pem"\n')
    assert load(SCHEMA, file).settings[MqttSettings].tls


@pytest.mark.parametrize(
    ("keys", "paths"),
    [
        ({}, []),
        ({"tls": True, "ca_file": "/ca"}, []),
        ({"cert_file": "/c"}, ["mqtt.cert_file"]),
        ({"tls": True, "key_file": "/k"}, ["mqtt.key_file"]),
        ({"ca_file": "/ca", "cert_file": "/c", "key_file": "/k"}, ["mqtt.ca_file", "mqtt.cert_file", "mqtt.key_file"]),
    ],
)
def test_what_does_not_go_together_is_named(keys: dict[str, Any], paths: list[str]) -> None:
    assert [conflict.path for conflict in conflicts(Settings(MqttSettings(**keys)))] == paths
