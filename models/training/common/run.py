"""One training run on disk: its log, its checkpoints, its seeds."""

from __future__ import annotations

import json
import shutil
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Run:
    """The folder of a run: ``log.jsonl``, one JSON object a line, and ``checkpoints/`` with the last epoch.

    Unless it resumes, the log and the checkpoints of an earlier run are deleted; rendered data stays.
    """

    def __init__(self, folder: Path, seed: int, *, resume: bool = False) -> None:
        self.folder, self.seed = folder, seed
        self._checkpoints = folder / "checkpoints"
        self._log = folder / "log.jsonl"
        self._started_s = time.monotonic()
        if not resume:
            shutil.rmtree(self._checkpoints, ignore_errors=True)
            self._log.unlink(missing_ok=True)
        self._checkpoints.mkdir(parents=True, exist_ok=True)

    def log(self, **values: Any) -> None:
        """Append ``values`` and the seconds since the start to the log, and print them."""
        entry = {"at_s": round(time.monotonic() - self._started_s, 1), **values}
        with self._log.open("a") as log:
            log.write(json.dumps(entry) + "\n")
        print(" ".join(f"{name}={_short(value)}" for name, value in entry.items()), flush=True)

    def save(self, epochs: int, write: Callable[[Path], object], *, suffix: str = ".keras") -> None:
        """Keep a checkpoint after ``epochs`` epochs; ``write`` (``model.save``) is given the file to write.

        An interrupted save leaves the checkpoint before it as it was.
        """
        unfinished = self._checkpoints / f"unfinished{suffix}"
        write(unfinished)
        before = list(self._checkpoints.glob("epoch-*"))
        finished = self._checkpoints / f"epoch-{epochs:04d}{suffix}"
        unfinished.replace(finished)
        for path in before:
            if path != finished:
                path.unlink()

    def latest(self) -> tuple[int, Path] | None:
        """How many epochs are done, and their checkpoint; None before the first."""
        paths = sorted(self._checkpoints.glob("epoch-*"))
        if not paths:
            return None
        return int(paths[-1].name.partition(".")[0].removeprefix("epoch-")), paths[-1]


def prepare(seed: int, threads: int) -> None:
    """Seed Python, numpy and TensorFlow, and bind TensorFlow to ``threads`` threads; before anything else of it."""
    import keras  # noqa: PLC0415  # what does not train runs without it
    import tensorflow as tf  # noqa: PLC0415

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(seed)


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
