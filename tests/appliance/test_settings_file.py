"""Root reads what the service may have written as Edge reads it, and waits for nobody."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from edge_appliance.errors import ApplianceError
from edge_appliance.settings_file import read_settings

if TYPE_CHECKING:
    from pathlib import Path

TEXT = '[mqtt]\r\nhost = "nas.local"\r\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "edge.toml"


def test_no_file_has_no_settings(file: Path) -> None:
    assert read_settings(file) == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_from_windows_is_read_as_edge_reads_it(file: Path, encoding: str) -> None:
    file.write_bytes(TEXT.encode(encoding))
    assert read_settings(file) == {"mqtt": {"host": "nas.local"}}


def test_a_persons_link_is_followed(file: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(TEXT)
    file.symlink_to("mine.toml")
    assert read_settings(file) == {"mqtt": {"host": "nas.local"}}


def test_a_pipe_in_its_place_is_not_waited_for(file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(ApplianceError, match="edge config check says why"):
        read_settings(file)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_link_to_a_device_is_not_read(file: Path, device: str) -> None:
    file.symlink_to(device)
    with pytest.raises(ApplianceError, match="cannot be read"):
        read_settings(file)


@pytest.mark.parametrize(
    "text",
    ["[mqtt\n", "\xff", f"{'a.' * 50_000}a = 1\n", f"a = {'[' * 10_000}", f"a = 1\n{'#' * (1 << 20)}"],
    ids=["no TOML", "no UTF-8", "dots", "brackets", "too large"],
)
def test_what_is_no_configuration_is_told(file: Path, text: str) -> None:
    file.write_text(text, encoding="latin-1")
    with pytest.raises(ApplianceError, match="cannot be read"):
        read_settings(file)
