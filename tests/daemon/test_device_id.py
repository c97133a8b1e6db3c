"""The device's own name."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

import pytest

from edge.daemon.device_id import device_id, serial_number
from edge.settings import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path


def test_a_configured_name_is_taken_as_it_is(tmp_path: Path) -> None:
    assert device_id("kitchen", tmp_path / "machine-id") == "kitchen"


def test_the_default_is_the_host_and_four_digits_that_hide_the_machine_id(tmp_path: Path) -> None:
    machine_id = tmp_path / "machine-id"
    machine_id.write_text("0123456789abcdef0123456789abcdef\n")

    name = device_id("", machine_id)

    host = socket.gethostname().split(".")[0]
    assert re.fullmatch(re.escape(host) + "-[0-9a-f]{4}", name)
    assert name == device_id("", machine_id)
    machine_id.write_text("ffffffffffffffffffffffffffffffff\n")
    assert device_id("", machine_id) != name


def test_a_host_that_is_called_by_these_digits_already_is_not_called_by_them_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_id = tmp_path / "machine-id"
    machine_id.write_text("0123456789abcdef0123456789abcdef\n")
    digits = device_id("", machine_id)[-4:]
    monkeypatch.setattr(socket, "gethostname", lambda: f"edge-{digits}.local")
    assert device_id("", machine_id) == f"edge-{digits}"
    machine_id.write_text("ffffffffffffffffffffffffffffffff\n")
    assert device_id("", machine_id).startswith(f"edge-{digits}-"), "a copy of the card has a name of its own"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("kitchen.lan", "kitchen"),
        ("küche pi", "k-che-pi"),
        ("my_pi-4", "my_pi-4"),
        ("+#/", "edge"),
        ("", "edge"),
        ("p" * 64, "p" * 59),
    ],
)
def test_an_odd_host_name_still_gives_a_valid_name(monkeypatch: pytest.MonkeyPatch, host: str, shown: str) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)

    name = device_id("")

    assert re.fullmatch(re.escape(shown) + "-[0-9a-f]{4}", name)
    assert re.fullmatch(SCHEMA.keys["device.id"].details.pattern, name)


def test_a_machine_without_an_id_still_has_a_name(tmp_path: Path) -> None:
    assert device_id("", tmp_path / "none").startswith(socket.gethostname().split(".")[0])


@pytest.mark.parametrize(
    ("content", "number"), [(b"10000000abcdef01\0", "10000000abcdef01"), (b"\0", ""), (b"\xff", ""), (b"a b", "")]
)
def test_the_serial_number_of_the_board(tmp_path: Path, content: bytes, number: str) -> None:
    (tmp_path / "serial-number").write_bytes(content)
    assert serial_number(tmp_path / "serial-number") == number
    assert serial_number(tmp_path / "none") == ""
