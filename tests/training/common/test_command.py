"""The recipes' command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.training.common.command import Options, read_options


def test_where_results_go() -> None:
    assert read_options("pose", "", []) == Options(Path("build/training/pose"), smoke=False, resume=False, threads=1)
    assert read_options("pose", "", ["--smoke"]).output == Path("build/training/pose-smoke")
    assert read_options("pose", "", ["--smoke", "--output", "/x"]).output == Path("/x")


def test_threads_must_make_sense(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_options("pose", "", ["--threads", "0"])

    assert "--threads must be at least 1" in capsys.readouterr().err
