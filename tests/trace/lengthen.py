"""A long trace out of a short one, for tests that need thousands of frames.

Usage: python -m tests.trace.lengthen FOLDER FRAMES

records the starter models on the built-in scene, makes ``one.jsonl`` and ``crowd.jsonl`` of it and replays them into
``one.out`` and ``crowd.out``, to be compared with what another Python prints.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.base.packing import pack_floats, unpack_floats
from tests.support import ROOT
from tests.trace.samples import SCENE

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = ("one", "crowd")
SHORT = 60
_TURNS_A_SEGMENT = 3
_PAUSE_NS = 33_333_333
_TIMES = ("timestamp_ns", "captured_ns", "observed_ns")


def record_short(path: Path) -> Path:
    """Two seconds of real observations."""
    edge("record", "--output", path, "--frames", SHORT, *SCENE)
    return path


def lengthen(short: Path, long: Path, frames: int, *, crowd: bool = False) -> Path:
    """Play a trace again and again until it has so many frames; every third turn begins a new segment.

    As a ``crowd`` the one person of the starter model becomes three who cross each other, as a model for several people
    would report them.
    """
    header, *lines = map(json.loads, short.read_text().splitlines())
    header["tasks"][0]["single"] = not crowd
    with long.open("w") as file:
        for line in (header, *_turns(lines, frames)):
            file.write(f"{json.dumps(_crowded(line) if crowd else line)}\n")
    return long


def replayed_by(python: str, trace: Path, **environment: str) -> bytes:
    """What a Python, in a process of its own, prints for a trace of this folder; its notes, too."""
    command = [python, "-m", "edge.cli.entry", "replay", trace.name, "--json"]
    variables = bare_environment() | {"PYTHONPATH": str(ROOT)} | environment
    done = subprocess.run(command, cwd=trace.parent, env=variables, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout + done.stderr


def bare_environment() -> dict[str, str]:
    """Nothing of this Python's own paths."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def edge(*arguments: object) -> None:
    """Run a command."""
    command = [sys.executable, "-m", "edge.cli.entry", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _crowded(line: dict[str, Any]) -> dict[str, Any]:
    if "people" not in line:
        return line
    person = unpack_floats(line["people"], 51).reshape(17, 3)
    ways = [math.sin(line["frame"] / beat) / 3 for beat in (17, 23, 29)]
    crowd = np.stack([person + np.array((0, way, 0), np.float32) for way in ways])
    return line | {"people": pack_floats(crowd), "crop": None}


def _turns(shown: list[dict[str, Any]], frames: int) -> Iterator[dict[str, Any]]:
    count = 1 + max(line["frame"] for line in shown)
    span_ns = _PAUSE_NS + max(line.get("timestamp_ns", 0) for line in shown)
    for turn in range(-(-frames // count)):
        for line in shown:
            if line["frame"] + turn * count >= frames:
                continue
            moved = line | {name: line[name] + turn * span_ns for name in _TIMES if name in line}
            if "segment" in line:
                moved["segment"] = turn // _TURNS_A_SEGMENT
            yield moved | {"frame": line["frame"] + turn * count}


def main() -> int:
    folder, frames = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    short = record_short(folder / "short.jsonl")
    for name in KINDS:
        long = lengthen(short, folder / f"{name}.jsonl", frames, crowd=name == "crowd")
        (folder / f"{name}.out").write_bytes(replayed_by(sys.executable, long))
    return 0


if __name__ == "__main__":
    sys.exit(main())
