"""Small traces made by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.config.sections import Settings
from edge.runtime.labels import Labels
from edge.settings import SCHEMA
from edge.tasks.common.observer import Observation
from edge.tasks.common.tracing import Observed, TracedTask
from edge.tasks.pose.observer import PoseTraits
from edge.tasks.pose.settings import PoseSettings
from edge.trace.lines import header_line, record_line
from edge.trace.records import FrameRecord, TaskRecord, TraceHeader
from tests.support import ROOT, STARTED

if TYPE_CHECKING:
    from pathlib import Path

    from edge.trace.records import Record

SCENE = [
    "--set=camera.source=synthetic:gym",
    "--set=camera.realtime=false",
    "--set=action.gate=always",
    *(f"--set={task}.model={ROOT}/models/starter/starter-{task}.tflite" for task in STARTED),
]
"""Options with which `edge record` records the starter models on the built-in scene."""
LABELS = Labels(("cat", "dog"), ("Katze", "Hund"))
HEADER = TraceHeader(
    version="0.1.0",
    device="test",
    run_id="8a4be0bf-3c26-4d2a-8a62-0a0b1b0e9a51",
    wall_ns=1_767_225_600_000_000_000,
    monotonic_ns=5_000_000_000,
    tasks=(
        TracedTask("pose", "movenet", PoseTraits(is_single=True)),
        TracedTask("classification", "animals", LABELS),
        TracedTask("action", "sport", LABELS),
    ),
    settings=Settings(PoseSettings(model="movenet", region=(0.0, 0.0, 0.5, 1.0))),
)


def frame(number: int, *, segment: int = 0) -> FrameRecord:
    """A frame of a stream of ten a second."""
    return FrameRecord(number, segment, number * 100_000_000, 5_000_000_000 + number * 100_000_000, 640, 480)


def seen(number: int, values: Any = None, task: Any = "classification") -> TaskRecord:
    """What a task saw of a frame, 10 ms after it came; by default two scores."""
    scores = np.array((0.25, 0.75) if values is None else values, np.float32)
    return TaskRecord(task, number, Observed(Observation(scores, 4.5, "cpu"), 5_010_000_000 + number * 100_000_000))


def lines(*records: Record) -> list[dict[str, Any]]:
    """A trace as JSON objects."""
    return [header_line(HEADER, SCHEMA), *map(record_line, records)]


def write(path: Path, objects: list[dict[str, Any]], tail: bytes = b"") -> Path:
    """Put a trace on the disk, with something after its last line."""
    path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in objects) + tail)
    return path
