from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.errors import ConfigError
from edge.mqtt.broker_address import read_address, topic_prefix
from edge.mqtt.settings import MqttSettings

if TYPE_CHECKING:
    from pathlib import Path


def test_an_empty_file_means_the_local_broker_without_credentials() -> None:
    address = read_address(MqttSettings())
    assert str(address) == "localhost:1883"
    assert (address.username, address.password, address.keepalive_s) == (None, None, 30)


def test_the_password_is_the_first_line_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("  open sesame \nanother line\n")
    address = read_address(MqttSettings(username="edge", password_file=str(file)))
    assert address.password == "open sesame"
    assert "sesame" not in repr(address)
    assert "sesame" not in str(address)


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe\n"])
def test_a_password_file_of_no_use_names_key_and_path(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=rf"mqtt.password_file: .*{file}.*; write the password"):
        read_address(MqttSettings(username="edge", password_file=str(file)))


def test_a_folder_is_no_password_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a file, but a folder"):
        read_address(MqttSettings(username="edge", password_file=str(tmp_path)))


def test_a_password_needs_a_user() -> None:
    with pytest.raises(ConfigError, match=r"mqtt\.username is empty; set the user"):
        read_address(MqttSettings(password_file="/etc/edge/mqtt-password"))


def test_the_password_may_be_a_systemd_credential(tmp_path: Path) -> None:
    (tmp_path / "mqtt-password").write_text("open sesame\n")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read_address(MqttSettings(username="edge"), environ).password == "open sesame"
    assert read_address(MqttSettings(), environ).password is None
    assert read_address(MqttSettings(username="edge"), {}).password is None
    (tmp_path / "of-a-file").write_text("open barley\n")
    settings = MqttSettings(username="edge", password_file=str(tmp_path / "of-a-file"))
    assert read_address(settings, environ).password == "open barley"


def test_who_is_no_service_reads_the_password_where_the_service_gets_it_from(tmp_path: Path) -> None:
    store = tmp_path / "edge.mqtt-password"
    settings = MqttSettings(username="edge")
    assert read_address(settings, {}, store).password is None
    store.write_text("open sesame\n")
    assert read_address(settings, {}, store).password == "open sesame"
    assert read_address(settings, {"CREDENTIALS_DIRECTORY": str(tmp_path)}, store).password is None


def test_a_credential_of_no_use_is_named(tmp_path: Path) -> None:
    (tmp_path / "mqtt-password").touch()
    with pytest.raises(ConfigError, match=r"systemd credential mqtt-password: the first line of .* is empty"):
        read_address(MqttSettings(username="edge"), {"CREDENTIALS_DIRECTORY": str(tmp_path)})


@pytest.mark.parametrize("host", ["", "broker..lan", "x" * 64 + ".lan"])
def test_a_host_that_is_no_name_is_refused(host: str) -> None:
    with pytest.raises(ConfigError, match=r"mqtt\.host"):
        read_address(MqttSettings(host=host))


@pytest.mark.parametrize("host", ["localhost", "192.168.1.5", "fe80::1", "bröker.lan"])
def test_names_and_addresses_are_hosts(host: str) -> None:
    assert read_address(MqttSettings(host=host)).host == host


def test_topics_start_with_base_and_device() -> None:
    assert topic_prefix("edge", "pi-9f3c") == "edge/pi-9f3c/"
    assert topic_prefix("home/edge", "pi-9f3c") == "home/edge/pi-9f3c/"


@pytest.mark.parametrize(
    ("base", "device", "key"),
    [
        ("edge/#", "pi", "mqtt.base_topic"),
        ("", "pi", "mqtt.base_topic"),
        ("edge", "pi+1", "device.id"),
        ("edge", "", "device.id"),
        ("edge", "attic/pi", "device.id"),
        ("edge", "pi\x1b[2J", "device.id"),
        ("edge", "pi\x85", "device.id"),
        ("edge", "pi\udcff", "device.id"),
        ("edge", "p" * 70_000, "device.id"),
        ("edge", "\u00e4" * 20_000, "device.id"),
        ("e" * 70_000, "pi", "mqtt.base_topic"),
    ],
)
def test_what_mqtt_does_not_allow_in_a_topic_is_refused(base: str, device: str, key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        topic_prefix(base, device)
