"""What a flood of requests costs the pipeline: 10,000 a second to another device in one round, to this one in the next.

One inference thread, a 640x480 video as fast as possible, every result put to the publisher, which takes requests. The
figure is the rate of results in a flooded round over that in the calm one beside it, by the median time between two
results; of the figures of all rounds the median and the quartiles. The flood comes from a process of its own, without
TLS, and goes on in the calm rounds: what it costs the broker is in both, but for writing to us.

    python -m bench.flooded [--tls] [--rounds N] [--frames N] [--rate HZ]
"""

from __future__ import annotations

import argparse
import getpass
import logging
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.broker import free_port
from bench.disturbed import Broker, steps_ms, wait_until
from bench.pipeline import MODEL, UNLIMITED_HZ, VIDEO
from edge.base.threads import tune_process
from edge.camera.settings import CameraSettings
from edge.config.sections import Settings
from edge.daemon.mqtt_sink import MqttSink
from edge.mqtt.settings import MqttSettings
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.settings import PoseSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEVICE, OTHER = "bench", "other"
STEP_S = 0.005
_CONNECT = bytes.fromhex("101000044d5154540402000000046d6f6265")
_PAYLOAD = b'{"transaction": "flood"}'


def flood(port: int, rate_hz: float, device: str) -> None:
    """Say that it begins, and publish requests with QoS 0 until killed."""
    topic = f"edge/{device}/request/state".encode()
    rest = len(topic).to_bytes(2, "big") + topic + _PAYLOAD
    message = bytes([0x30, len(rest)]) + rest
    with socket.create_connection(("127.0.0.1", port)) as broker:
        broker.sendall(_CONNECT)
        broker.recv(4)
        print("begins", flush=True)
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
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            if not process.stdout or not process.stdout.readline():
                sys.exit("bench: the flood does not begin")
            yield
        finally:
            process.kill()


def measure(mqtt: MqttSettings, port: int, rounds: int, frames: int, rate_hz: float) -> None:
    """Alternate calm and flooded rounds, and say what came of them; the flood goes to ``port``."""
    tune_process()
    logging.getLogger("edge").setLevel(logging.ERROR)
    settings = Settings(
        CameraSettings(source=f"video:{VIDEO}", loop=True, realtime=False),
        InferenceSettings(threads=1),
        PoseSettings(model=str(MODEL), score_threshold=0.0),
        mqtt,
    )
    requests = 0

    def count(_request: object) -> None:
        nonlocal requests
        requests += 1

    sink = MqttSink(settings, DEVICE, str(uuid.uuid4()), count)
    sink.start()
    wait_until(lambda: sink.stats().connected)

    clock = _clock_of("mqtt-link")
    shares: dict[str, list[float]] = {OTHER: [], DEVICE: []}

    def round_ms(device: str) -> float:
        with flooded(port, rate_hz, device):
            cpu_s, began_s = time.clock_gettime(clock), time.monotonic()
            steps = steps_ms(settings, [sink], frames)
            shares[device].append((time.clock_gettime(clock) - cpu_s) / (time.monotonic() - began_s))
            return statistics.median(steps)

    round_ms(OTHER)  # warms up
    pairs = [_in_turn(round_ms, number) for number in range(rounds)]
    reconnects = sink.stats().reconnects
    sink.stop()
    calm, troubled = (statistics.median(each) for each in zip(*pairs, strict=True))
    low, middle, high = statistics.quantiles([calm_ms / flooded_ms for calm_ms, flooded_ms in pairs], n=4)
    print(f"calm: {calm:.2f} ms a result; flooded: {troubled:.2f} ms a result; medians of {rounds} rounds")
    print(f"rate of results, flooded over calm: {middle:.3f} (quartiles {low:.3f} and {high:.3f})")
    calm_share, flooded_share = (100 * statistics.median(shares[device]) for device in (OTHER, DEVICE))
    print(f"the thread that reads: {calm_share:.1f} % of a core when calm, {flooded_share:.1f} % when flooded")
    print(f"requests at {rate_hz:g} a second, {requests} of them looked at, reconnects {reconnects}")


def _clock_of(name: str) -> int:
    """The clock of the CPU time that a thread of this process takes."""
    (thread,) = (thread for thread in threading.enumerate() if thread.name == name)
    return time.pthread_getcpuclockid(thread.ident or 0)


def _in_turn(round_ms: Callable[[str], float], number: int) -> tuple[float, float]:
    """A calm and a flooded round; which comes first changes, for a machine that grows warm or busy."""
    if number % 2:
        troubled = round_ms(DEVICE)
        return round_ms(OTHER), troubled
    return round_ms(OTHER), round_ms(DEVICE)


@contextmanager
def running(folder: Path, *, tls: bool) -> Iterator[tuple[int, MqttSettings]]:
    """A broker: the port to flood, and the settings that lead to it, over TLS if so wanted."""
    port = free_port()
    cert, key = _certificate(folder)
    broker = Broker(
        folder, (f"user {getpass.getuser()}", f"listener {port} 127.0.0.1", f"certfile {cert}", f"keyfile {key}")
    )
    broker.start()
    there = MqttSettings(host="localhost", port=broker.port, max_rate_hz=UNLIMITED_HZ, control=True)
    try:
        yield broker.port, replace(there, port=port, tls=True, ca_file=str(cert)) if tls else there
    finally:
        broker.kill()


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that vouches for itself, and its key."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", *new, *names, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


def main() -> int:
    """Measure and report, or be the flood."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tls", action="store_true", help="this device is connected over TLS")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--rate", type=float, default=10_000.0)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--to", default=DEVICE, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.port:
        flood(arguments.port, arguments.rate, arguments.to)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), tls=arguments.tls) as (port, mqtt):
        measure(mqtt, port, arguments.rounds, arguments.frames, arguments.rate)
    return 0


if __name__ == "__main__":
    sys.exit(main())
