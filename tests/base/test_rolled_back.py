"""What is read of an update that was taken back, whoever has written it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from edge.base.rolled_back import FILE, read_rolled_back
from edge_appliance.update_record import RolledBack as Written
from edge_appliance.update_record import UpdateRecord

if TYPE_CHECKING:
    from pathlib import Path


def test_what_the_appliance_writes_is_understood(tmp_path: Path) -> None:
    UpdateRecord(tmp_path).set_rolled_back(Written("0.2", "0.1", "it\nhangs", {"Result": "timeout"}, ["a", "b"]))
    found = read_rolled_back(tmp_path / FILE.name)
    assert found
    assert found.sentence() == "0.2 did not work here and 0.1 was put back: it hangs"
    assert found.at.endswith("+00:00")


def test_where_there_was_nothing_to_go_back_to_that_is_said(tmp_path: Path) -> None:
    UpdateRecord(tmp_path).set_rolled_back(Written("0.2", "", "it hangs"))
    found = read_rolled_back(tmp_path / FILE.name)
    assert found
    assert found.sentence() == "0.2 did not work here and there was no earlier package to go back to: it hangs"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", "{}", '{"version": "1"}', "\0" * 300_000])
def test_what_is_none_of_its_files_tells_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / FILE.name
    assert read_rolled_back(file) is None
    file.write_text(text)
    assert read_rolled_back(file) is None


def test_what_a_later_version_adds_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / FILE.name
    file.write_text(json.dumps({"version": "2", "restored": "1", "why": "x", "at": "now", "slot": "b"}))
    assert read_rolled_back(file)
