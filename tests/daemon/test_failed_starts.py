from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from edge.daemon.failed_starts import LONGEST_S, FailedStarts
from edge.daemon.notify import ServiceManager
from edge.errors import InputError, PackageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A file that was changed long ago."""
    path = tmp_path / "edge.toml"
    path.touch()
    os.utime(path, (1, 1))
    return path


def start(*, fails: bool) -> None:
    if fails:
        raise InputError("no such video")


def waits(folder: Path, settings: Path | None, *, starts: int, fails: bool = True) -> list[float]:
    """How long each of so many starts has waited."""
    waited: list[float] = []
    environ = {"RUNTIME_DIRECTORY": str(folder)} if folder.exists() else {}
    for _ in range(starts):
        begun = len(waited)
        with suppress(InputError), FailedStarts(environ, settings, waited.append).counted(ServiceManager({})):
            start(fails=fails)
        if len(waited) == begun:
            waited.append(0.0)
    return waited


def test_the_more_starts_have_failed_the_longer_the_next_one_waits(tmp_path: Path, settings: Path) -> None:
    assert waits(tmp_path, settings, starts=8) == [0, 0, 4, 8, 16, 32, LONGEST_S, LONGEST_S]


def test_a_start_that_succeeds_is_followed_by_none_that_waits(tmp_path: Path, settings: Path) -> None:
    waits(tmp_path, settings, starts=5)
    assert waits(tmp_path, settings, starts=1, fails=False) == [32]
    assert waits(tmp_path, settings, starts=2) == [0, 0]


def test_who_has_changed_the_settings_need_not_wait(tmp_path: Path, settings: Path) -> None:
    waits(tmp_path, settings, starts=5)
    os.utime(settings, (2**33, 2**33))
    assert waits(tmp_path, settings, starts=1) == [0]


def test_settings_from_the_future_are_no_change(tmp_path: Path, settings: Path) -> None:
    """A Pi has no clock: it starts with the time of its last shutdown, and the file is younger than that."""
    os.utime(settings, (2**33, 2**33))
    assert waits(tmp_path, settings, starts=4) == [0, 0, 4, 8]


@pytest.mark.parametrize("change", ["written anew", "an older one is put back", "taken away"])
def test_every_change_of_the_settings_counts(tmp_path: Path, settings: Path, change: str) -> None:
    waits(tmp_path, settings, starts=5)
    if change == "written anew":  # in the same tick of the clock
        new = tmp_path / "new"
        new.touch()
        os.utime(new, (1, 1))
        new.replace(settings)
    elif change == "taken away":
        settings.unlink()
    else:
        os.utime(settings, (0, 0))
    assert waits(tmp_path, settings, starts=3) == [0, 0, 4]


def test_settings_that_are_not_there_do_not_keep_the_waits_from_growing(tmp_path: Path) -> None:
    assert waits(tmp_path, tmp_path / "edge.toml", starts=4) == [0, 0, 4, 8]


def test_a_package_that_is_missing_is_not_held_against_the_settings(tmp_path: Path, settings: Path) -> None:
    starts = FailedStarts({"RUNTIME_DIRECTORY": str(tmp_path)}, settings)
    before = []
    for _ in range(3):
        with suppress(PackageError), starts.counted(ServiceManager({})) as failed:
            before.append(failed.times)
            raise PackageError("no PyAV")
    assert before == [0, 0, 0]


@pytest.mark.parametrize("times", [1023, 1024, 10**6])
def test_it_goes_on_after_any_number_of_failures(tmp_path: Path, settings: Path, times: int) -> None:
    waits(tmp_path, settings, starts=1)
    counter = tmp_path / "failed-starts"
    counter.write_text(counter.read_text().replace("1", str(times), 1))
    assert waits(tmp_path, settings, starts=2) == [LONGEST_S, LONGEST_S]


@pytest.mark.parametrize("content", ["", "3", "many\nnone\nwhy", "3\nnone", "\0"])
def test_a_counter_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "failed-starts").write_text(content)
    assert waits(tmp_path, None, starts=3) == [0, 0, 4]


def test_in_the_foreground_nothing_waits(tmp_path: Path) -> None:
    assert waits(tmp_path / "none", None, starts=4) == [0, 0, 0, 0]


def test_a_start_that_ends_without_a_word_has_failed_too(tmp_path: Path, settings: Path) -> None:
    environ = {"RUNTIME_DIRECTORY": str(tmp_path)}
    for times in range(3):
        context = FailedStarts(environ, settings, lambda _wait_s: None).counted(ServiceManager({}))
        failed = context.__enter__()  # and is killed
        assert failed == (times, "it ended without a word" if times else "")


def test_one_that_has_worked_for_a_while_has_not(tmp_path: Path, settings: Path) -> None:
    environ = {"RUNTIME_DIRECTORY": str(tmp_path)}
    for _ in range(3):
        starts = FailedStarts(environ, settings, lambda _wait_s: None)
        assert starts.counted(ServiceManager({})).__enter__().times == 0
        starts.passed()


@pytest.mark.parametrize("error", [InputError("no such\nvideo"), OverflowError("infinity")])
def test_the_next_start_knows_why(tmp_path: Path, settings: Path, error: Exception) -> None:
    environ = {"RUNTIME_DIRECTORY": str(tmp_path)}
    with suppress(type(error)), FailedStarts(environ, settings).counted(ServiceManager({})):
        raise error
    with FailedStarts(environ, settings).counted(ServiceManager({})) as failed:
        assert failed.why in {"no such video", "OverflowError: infinity"}


@pytest.mark.parametrize("why", ["\udcff.tflite", "\x1b[2J\n3", "x" * 1_000_000, "\u2028"])
def test_whatever_words_it_failed_with_it_is_counted(tmp_path: Path, settings: Path, why: str) -> None:
    starts = FailedStarts({"RUNTIME_DIRECTORY": str(tmp_path)}, settings)
    with pytest.raises(InputError, match="no such"), starts.counted(ServiceManager({})):
        raise InputError(f"no such video: {why}")
    with starts.counted(ServiceManager({})) as failed:
        assert failed.times == 1
        assert failed.why.startswith("no such video:")
        assert failed.why.isprintable()
        assert len(failed.why) < 1000
