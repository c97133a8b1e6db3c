"""A long trace out of a short one, for tests that need thousands of frames.

Usage: python -m tests.trace.lengthen FOLDER FRAMES

records the starter models on the built-in scene, makes ``long.jsonl`` of it and replays that into ``long.out``, to be
compared with the replay of another Python.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support import ROOT
from tests.trace.samples import SCENE

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT = 150
_TURNS_A_SEGMENT = 3
_PAUSE_NS = 33_333_333
_TIMES = ("timestamp_ns", "captured_ns", "observed_ns")


def record_short(path: Path) -> Path:
    """Five seconds of real observations."""
    edge("record", "--output", path, "--frames", SHORT, *SCENE)
    return path


def lengthen(short: Path, long: Path, frames: int) -> Path:
    """Play a trace again and again until it has so many frames; every third turn begins a new segment."""
    header, *lines = short.read_text().splitlines()
    with long.open("w") as file:
        file.write(f"{header}\n")
        file.writelines(f"{json.dumps(line)}\n" for line in _turns(lines, frames))
    return long


def replayed_by(python: str, trace: Path, *, environment: dict[str, str]) -> bytes:
    """What a Python of its own prints for a trace; its notes, too."""
    command = [python, "-m", "tests.trace.bare_replay", str(trace), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout + done.stderr


def edge(*arguments: object) -> None:
    """Run a command."""
    command = [sys.executable, "-m", "edge.cli.main", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _turns(lines: list[str], frames: int) -> Iterator[dict[str, Any]]:
    shown = [json.loads(line) for line in lines]
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
    long = lengthen(record_short(folder / "short.jsonl"), folder / "long.jsonl", frames)
    (folder / "long.out").write_bytes(replayed_by(sys.executable, long, environment={}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
