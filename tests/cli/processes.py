"""``edge run`` as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.broker import PATIENCE_S
from tests.cli.toys import action_model, clip_file, colour_model, pose_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.broker import Broker


def toy_settings(folder: Path) -> list[str]:
    """A looping clip and three toy models."""
    return [
        "device.id=test",
        f"camera.source=video:{clip_file(folder / 'clip.mp4', frames=30)}",
        "camera.loop=true",
        f"pose.model={pose_model(folder)}",
        f"classification.model={colour_model(folder)}",
        f"action.model={action_model(folder)}",
        "health.stats_interval_s=0.5",
    ]


def broker_settings(broker: Broker) -> list[str]:
    """The address of a broker."""
    return [f"mqtt.host={broker.host}", f"mqtt.port={broker.port}"]


EDGE_RUN = ("edge.cli.entry", "run")


@contextmanager
def running(
    keys: Sequence[str],
    log: Path,
    *options: str,
    environment: Mapping[str, str] | None = None,
    program: Sequence[str] = EDGE_RUN,
) -> Iterator[subprocess.Popen[bytes]]:
    """``edge run`` in the background, its stderr in ``log``; ended with the block, by force if need be.

    ``program`` is a module in its place, and what it is given before all options.
    """
    overrides = [word for key in keys for word in ("--set", key)]
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", *program, *options, *overrides], stderr=stderr, env=environment
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
