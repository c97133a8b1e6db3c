"""What trouble with the broker costs the pipeline: rounds with a calm broker and rounds with a troubled one, in turn.

In a troubled round the broker is killed, away for a moment, started again, and hangs, over and over. One inference
thread, a 640x480 video as fast as possible, every result put to the publisher, an event with every third. The figure is
the rate of results in the troubled rounds over that in the calm ones, by the median time from result to result.

    python -m bench.disturbed [--rounds N] [--frames N]
"""

from __future__ import annotations

import argparse
import logging
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.broker import PATIENCE_S, free_port
from bench.pipeline import MODEL, UNLIMITED_HZ, VIDEO, Ticks
from edge.base.backoff import Backoff
from edge.base.threads import tune_process
from edge.camera.settings import CameraSettings
from edge.config.sections import Settings
from edge.daemon.build import build_processor
from edge.daemon.configured_camera import ConfiguredCamera
from edge.daemon.pipeline import Pipeline
from edge.mqtt.connection import RetryPolicy
from edge.mqtt.publisher import Publisher
from edge.mqtt.settings import MqttSettings
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.settings import PoseSettings
from edge.types import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge.daemon.pipeline import Sink
    from edge.types import Result

AWAY_S, UP_S, HANGING_S = 0.5, 1.5, 0.5
EVENT_EVERY = 3


class EventSink:
    """Tells the publisher of an event with every third result."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self.events = 0
        self._results = 0

    def put(self, result: Result) -> None:
        """Count a result."""
        self._results += 1
        if self._results % EVENT_EVERY == 0:
            self.events += 1
            now_ns = time.monotonic_ns()
            self._publisher.put_event(
                Event(str(self.events), "update", "person", now_ns, "pose", None, result.model, "cpu", count=1)
            )


class Broker:
    """mosquitto on one port, which can be troubled: killed, away, started again, hanging, over and over.

    ``options`` are further lines for its configuration.
    """

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        if program is None:
            sys.exit("bench: mosquitto is not installed; sudo apt-get install mosquitto")
        self.port = free_port()
        config = folder / "mosquitto.conf"
        lines = (f"listener {self.port} 127.0.0.1", "allow_anonymous true", "persistence false", *options)
        config.write_text("".join(f"{line}\n" for line in lines))
        self._command = [program, "-c", str(config)]
        self._process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self.kills += 1

    @contextmanager
    def troubled(self) -> Iterator[None]:
        """Trouble it as long as the block lasts; afterwards it is up and calm."""
        calm = threading.Event()
        thread = threading.Thread(target=self._trouble, args=(calm,))
        thread.start()
        try:
            yield
        finally:
            calm.set()
            thread.join()

    def _trouble(self, calm: threading.Event) -> None:
        while not calm.is_set():
            self.kill()
            calm.wait(AWAY_S)
            self.start()
            calm.wait(UP_S)
            if self._process:
                self._process.send_signal(signal.SIGSTOP)
                calm.wait(HANGING_S)
                self._process.send_signal(signal.SIGCONT)


def measure(broker: Broker, rounds: int, frames: int) -> int:
    """Alternate calm and troubled rounds, and say what came of them; 1 when an event got lost."""
    tune_process()
    logging.getLogger("edge").setLevel(logging.ERROR)  # that the broker is away is known here
    mqtt = MqttSettings(host="127.0.0.1", port=broker.port, max_rate_hz=UNLIMITED_HZ)
    settings = Settings(
        CameraSettings(source=f"video:{VIDEO}", loop=True, realtime=False),
        InferenceSettings(threads=1),
        PoseSettings(model=str(MODEL), score_threshold=0.0),
        mqtt,
    )
    quick = Backoff(0.5, 1.0)
    publisher = Publisher(mqtt, "bench", str(uuid.uuid4()), retry_policy=RetryPolicy(quick, quick))
    publisher.start()
    events = EventSink(publisher)
    calm: list[float] = []
    troubled: list[float] = []
    for _ in range(rounds):
        wait_until(lambda: publisher.status().connected)
        calm += steps_ms(settings, [publisher, events], frames)
        with broker.troubled():
            troubled += steps_ms(settings, [publisher, events], frames)
    wait_until(lambda: publisher.status().waiting == 0)
    status = publisher.status()
    publisher.stop()
    ratio = statistics.median(calm) / statistics.median(troubled)
    print(f"calm: {statistics.median(calm):.2f} ms a result; troubled: {statistics.median(troubled):.2f} ms a result")
    print(f"rate of results, troubled over calm: {ratio:.3f}   ({rounds} rounds of {frames} frames each)")
    print(
        f"broker kills {broker.kills}, reconnects {status.reconnects}, events {events.events}, of them confirmed "
        f"{status.published['event']}, dropped {status.lost}"
    )
    return 0 if status.published["event"] == events.events else 1


def steps_ms(settings: Settings, sinks: Sequence[Sink], frames: int) -> list[float]:
    """Wall time from each result to the next over one run of the pipeline."""
    ticks = Ticks()
    processor = build_processor("pose", settings, running=("pose",), still=False)
    pipeline = Pipeline(ConfiguredCamera(settings[CameraSettings]), [processor], [*sinks, ticks], max_frames=frames)
    pipeline.start()
    pipeline.join()
    return ticks.steps_ms()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that comes soon."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline_s:
            sys.exit("bench: the broker does not come back")
        time.sleep(0.01)


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--frames", type=int, default=600)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        broker.start()
        try:
            return measure(broker, arguments.rounds, arguments.frames)
        finally:
            broker.kill()


if __name__ == "__main__":
    sys.exit(main())
