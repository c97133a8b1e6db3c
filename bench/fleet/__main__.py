"""Many devices on one broker: does everything arrive, how late, and what does a device cost?

Every device is the appliance's own publisher with a connection of its own, all in one process; mosquitto and a listener
have a process each. Each device publishes poses at QoS 0 and events at QoS 1.

    python -m bench.fleet [--devices N] [--seconds S] [--results HZ] [--events HZ] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from bench.broker import running_broker
from bench.fleet.devices import FakeDevice, run
from bench.fleet.listener import Heard, listen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PATIENCE_S = 60.0
_SETTLE_S = 2.0


@dataclass(frozen=True, slots=True)
class Report:
    """One run; ``cpu_share`` is that of one core for each device, ``dropped`` what the devices know of."""

    devices: int
    seconds: float
    results: int
    events: int
    dropped: int
    heard: Heard
    cpu_share: float


def measure(count: int, seconds: float, results_hz: float, events_hz: float, port: int) -> Report:
    """Connect the devices, let them publish, and hear what arrived."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    listener = context.Process(target=listen, args=(port, theirs), daemon=True)
    listener.start()
    ours.recv()
    devices = [FakeDevice(f"pi-{number:03}", port) for number in range(count)]
    for device in devices:
        device.publisher.start()
    _wait_until(lambda: all(device.publisher.status().connected for device in devices), "every device is connected")
    before_s = _cpu_s()
    took_s = run(devices, seconds, results_hz, events_hz)
    _wait_until(lambda: not any(device.waiting for device in devices), "every event is confirmed")
    time.sleep(_SETTLE_S)
    cpu_s = _cpu_s() - before_s
    dropped = sum(sum(device.publisher.status().dropped.values()) for device in devices)
    for device in devices:
        device.publisher.stop()
    ours.send("that was all")
    heard: Heard = ours.recv()
    listener.join()
    return Report(
        devices=count,
        seconds=took_s,
        results=sum(device.results for device in devices),
        events=sum(device.events for device in devices),
        dropped=dropped,
        heard=heard,
        cpu_share=cpu_s / took_s / count,
    )


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline_s:
            sys.exit(f"bench: waited {PATIENCE_S:g} s in vain: {what}")
        time.sleep(0.05)


def show(report: Report) -> None:
    """Print the report as a table."""
    heard = report.heard
    table = Table(title=f"{report.devices} devices on one mosquitto for {report.seconds:.1f} s", show_header=False)
    rows: Sequence[tuple[str, str]] = (
        ("stream messages (QoS 0): given, heard", f"{report.results}, {heard.streams}"),
        ("events (QoS 1): given, heard", f"{report.events}, {heard.events}"),
        ("lost by seq: streams, events", f"{heard.streams_missing}, {heard.events_missing}"),
        ("dropped by the devices, by their own counts", str(report.dropped)),
        ("heard twice", str(heard.doubles)),
        ("a second", f"{(report.results + report.events) / report.seconds:.0f}"),
        ("CPU of a device, share of one core", f"{report.cpu_share:.2%}"),
    )
    for row in rows:
        table.add_row(*row)
    if heard.delay_ms:
        delays = heard.delay_ms
        table.add_row("delivery, ms: median, p95, p99", f"{delays.p50:.1f}, {delays.p95:.1f}, {delays.p99:.1f}")
    Console().print(table)


def main() -> int:
    """Measure and report; 1 when an event was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--results", type=float, default=10.0, metavar="HZ")
    parser.add_argument("--events", type=float, default=1.0, metavar="HZ")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the report here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_broker(Path(folder)) as port:
        report = measure(arguments.devices, arguments.seconds, arguments.results, arguments.events, port)
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(report), indent=2) + "\n")
    return 0 if report.heard.events == report.events and not report.heard.events_missing else 1


if __name__ == "__main__":
    sys.exit(main())
