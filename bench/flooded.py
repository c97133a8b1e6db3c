"""What a flood of requests costs the pipeline: 10,000 a second to another device in one round, to this one in the next.

One inference thread, a 640x480 video as fast as possible, every result put to the publisher, which takes requests. The
figure is the rate of results in the flooded rounds over that in the calm ones, by the median time between two results.
The flood comes from a process of its own, and goes on in the calm rounds: what it costs the broker is in both.

    python -m bench.flooded [--rounds N] [--frames N] [--rate HZ]
"""

from __future__ import annotations

import argparse
import logging
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.disturbed import Broker, steps_ms, wait_until
from bench.pipeline import MODEL, UNLIMITED_HZ, VIDEO
from edge.config.settings import CameraSettings, InferenceSettings, MqttSettings, PoseSettings, Settings
from edge.daemon.outlet import Outlet
from edge.daemon.tuning import tune_process

if TYPE_CHECKING:
    from collections.abc import Iterator

DEVICE, OTHER = "bench", "other"
STEP_S = 0.005
_CONNECT = bytes.fromhex("101000044d5154540402000000046d6f6265")
_PAYLOAD = b'{"transaction": "flood"}'


def flood(port: int, rate_hz: float, device: str) -> None:
    """Publish requests with QoS 0 until killed."""
    topic = f"edge/{device}/request/state".encode()
    rest = len(topic).to_bytes(2, "big") + topic + _PAYLOAD
    message = bytes([0x30, len(rest)]) + rest
    with socket.create_connection(("127.0.0.1", port)) as broker:
        broker.sendall(_CONNECT)
        broker.recv(4)
        sent, began_s = 0, time.monotonic()
        while True:
            due = int((time.monotonic() - began_s) * rate_hz) - sent
            broker.sendall(message * due)
            sent += due
            time.sleep(STEP_S)


@contextmanager
def flooded(port: int, rate_hz: float, device: str) -> Iterator[None]:
    """A flood of requests to a device for as long as the block lasts."""
    command = [sys.executable, "-m", "bench.flooded", "--port", str(port), "--rate", str(rate_hz), "--to", device]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def measure(port: int, rounds: int, frames: int, rate_hz: float) -> None:
    """Alternate calm and flooded rounds, and say what came of them."""
    tune_process()
    logging.getLogger("edge").setLevel(logging.ERROR)
    settings = Settings(
        camera=CameraSettings(source=f"video:{VIDEO}", loop=True, realtime=False),
        inference=InferenceSettings(threads=1),
        pose=PoseSettings(model=str(MODEL), score_threshold=0.0),
        mqtt=MqttSettings(host="127.0.0.1", port=port, max_rate_hz=UNLIMITED_HZ, control=True),
    )
    requests = 0

    def count(_request: object) -> None:
        nonlocal requests
        requests += 1

    outlet = Outlet(settings, DEVICE, str(uuid.uuid4()), count)
    outlet.start()
    wait_until(lambda: outlet.stats().connected)
    calm: list[float] = []
    troubled: list[float] = []
    for _ in range(rounds):
        with flooded(port, rate_hz, OTHER):
            calm += steps_ms(settings, [outlet], frames)
        with flooded(port, rate_hz, DEVICE):
            troubled += steps_ms(settings, [outlet], frames)
    reconnects = outlet.stats().reconnects
    outlet.stop()
    print(f"calm: {statistics.median(calm):.2f} ms a result; flooded: {statistics.median(troubled):.2f} ms a result")
    print(f"rate of results, flooded over calm: {statistics.median(calm) / statistics.median(troubled):.3f}")
    print(f"requests at {rate_hz:g} a second, {requests} of them looked at, reconnects {reconnects}")


def main() -> int:
    """Measure and report, or be the flood."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--rate", type=float, default=10_000.0)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--to", default=DEVICE, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.port:
        flood(arguments.port, arguments.rate, arguments.to)
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(Path(folder))
        broker.start()
        try:
            measure(broker.port, arguments.rounds, arguments.frames, arguments.rate)
        finally:
            broker.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
