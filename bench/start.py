"""How soon ``edge run`` says where somebody is, and how much memory it takes.

From the start of the process to its first message of pose, as a client of the broker sees it, and the resident memory
after some seconds of a film at its own pace, with pose alone and with three tasks. The models are those of
bench.pipeline, in EDGE_TEST_DATA (default ../shared); files are read from the page cache.

    python -m bench.start [--starts N] [--seconds S]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench.broker import running_broker
from bench.pipeline import MODELS, VIDEO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.types import TaskName

ROWS: tuple[tuple[TaskName, ...], ...] = (("pose",), ("pose", "classification", "action"))
_PATIENCE_S = 30.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=8.0, help="until memory is read, in the last start")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_broker(Path(name)) as port:
        folder = Path(name)
        for tasks in ROWS:
            words = (*_words(tasks, folder), f"--set=mqtt.port={port}")
            starts_s = [start_s(words, folder, port) for _ in range(arguments.starts)]
            memory_mb = resident_mb(words, folder, arguments.seconds)
            print(
                f"{', '.join(tasks)}: first pose after {statistics.median(starts_s):.2f} s "
                f"({min(starts_s):.2f} to {max(starts_s):.2f}), {memory_mb:.0f} MB resident"
            )


def _words(tasks: Sequence[TaskName], folder: Path) -> Iterator[str]:
    labels = folder / "labels.txt"
    labels.write_text("\n".join(f"class {number}" for number in range(1000)))
    yield from ("run", f"--set=camera.source=video:{VIDEO.resolve()}", "--set=camera.loop=true")
    yield from (f"--set={task}.enabled={str(task in tasks).lower()}" for task in MODELS)
    yield from (f"--set={task}.model={MODELS[task].resolve()}" for task in MODELS)
    yield from (f"--set=classification.labels={labels}", "--set=action.gate=always")


def start_s(words: Sequence[str], folder: Path, port: int) -> float:
    """Seconds from the start of the process to the first message of pose."""
    heard = Event()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda *_: heard.set()
    subscribed = Event()
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.subscribe("edge/+/pose")
    subscribed.wait(_PATIENCE_S)
    began_s = time.perf_counter()
    process = _start(words, folder)
    try:
        if not heard.wait(_PATIENCE_S):
            sys.exit("bench: no message of pose came")
        return time.perf_counter() - began_s
    finally:
        client.disconnect()
        client.loop_stop()
        process.terminate()
        process.wait()


def resident_mb(words: Sequence[str], folder: Path, seconds: float) -> float:
    """Its resident memory after some time."""
    process = _start(words, folder)
    try:
        time.sleep(seconds)
        return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    finally:
        process.terminate()
        process.wait()


def _start(words: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "STATE_DIRECTORY": str(folder)}
    command = [sys.executable, "-m", "edge.cli.entry", *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
