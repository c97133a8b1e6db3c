from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import EdgeError
from edge.report.file import report_path, save_report

NOW = datetime(2026, 11, 29, 14, 5, 9, tzinfo=UTC)
USUAL = "edge-report-edge-1a2b-20261129-140509.txt"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_its_usual_name_tells_device_and_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert report_path(None, "edge-1a2b", NOW).absolute() == tmp_path / USUAL
    assert report_path(tmp_path, "edge-1a2b", NOW) == tmp_path / USUAL
    assert report_path(tmp_path / "mine.txt", "edge-1a2b", NOW) == tmp_path / "mine.txt"
    assert report_path(None, "../x y", NOW).name.startswith("edge-report----x-y-2026")


def test_where_the_folder_is_closed_it_goes_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda folder, _mode: folder == tmp_path)
    assert report_path(None, "edge-1a2b", NOW) == tmp_path / USUAL


def test_who_has_no_home_either_finds_it_among_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(os, "access", lambda _folder, _mode: False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Path, "home", homeless)
    assert report_path(None, "edge-1a2b", NOW) == tmp_path / USUAL


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    save_report(tmp_path / "r.txt", "grüße\n", {})
    assert (tmp_path / "r.txt").read_text(encoding="utf-8") == "grüße\n"
    assert (tmp_path / "r.txt").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["r.txt"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_behind_sudo_it_belongs_to_who_typed_it(tmp_path: Path) -> None:
    save_report(tmp_path / "r.txt", "", {"SUDO_UID": "1234", "SUDO_GID": "56"})
    state = (tmp_path / "r.txt").stat()
    assert (state.st_uid, state.st_gid) == (1234, 56)


def test_no_file_is_written_over(tmp_path: Path) -> None:
    there, link = tmp_path / "r.txt", tmp_path / "link.txt"
    there.write_text("mine")
    link.symlink_to(tmp_path / "elsewhere")
    for path in (there, link):
        with pytest.raises(EdgeError, match="is there already"):
            report_path(path, "pi", NOW)
        with pytest.raises(EdgeError, match="is there already"):
            save_report(path, "new", {})
    assert there.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()
    assert names(tmp_path) == ["link.txt", "r.txt"]


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match=r"cannot be written .*; give another place"):
        save_report(tmp_path / "none" / "r.txt", "", {})
