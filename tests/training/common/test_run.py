"""A run's log and checkpoints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from models.training.common.run import Run

if TYPE_CHECKING:
    from pathlib import Path


def test_the_log_is_one_object_a_line_and_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Run(tmp_path, 3)
    run.log(epoch=1, loss=0.25)
    run.log(epoch=2, note="done")

    entries = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [{k: v for k, v in entry.items() if k != "at_s"} for entry in entries] == [
        {"epoch": 1, "loss": 0.25},
        {"epoch": 2, "note": "done"},
    ]
    assert "epoch=1 loss=0.25" in capsys.readouterr().out


def test_a_resumed_run_finds_the_last_checkpoint(tmp_path: Path) -> None:
    run = Run(tmp_path, 3)
    run.save(1, lambda path: path.write_text("one"))
    run.save(12, lambda path: path.write_text("twelve"))
    run.log(epoch=12)

    found = Run(tmp_path, 3, resume=True).latest()

    assert found is not None
    assert (found[0], found[1].read_text()) == (12, "twelve")
    assert (tmp_path / "log.jsonl").exists()


def test_an_interrupted_save_loses_nothing(tmp_path: Path) -> None:
    def break_off(path: Path) -> None:
        path.write_text("tw")
        raise KeyboardInterrupt

    run = Run(tmp_path, 3)
    run.save(1, lambda path: path.write_text("one"))
    with pytest.raises(KeyboardInterrupt):
        run.save(2, break_off)

    found = Run(tmp_path, 3, resume=True).latest()
    assert found is not None
    assert (found[0], found[1].read_text()) == (1, "one")


def test_a_new_run_begins_anew_but_keeps_rendered_data(tmp_path: Path) -> None:
    run = Run(tmp_path, 3)
    run.log(epoch=1)
    run.save(1, lambda path: path.write_text("one"))
    (tmp_path / "pictures.npy").write_text("data")

    assert Run(tmp_path, 3).latest() is None
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["pictures.npy"]
