from __future__ import annotations

from typing import TYPE_CHECKING

from bench.broker import running_broker
from bench.fleet.__main__ import measure

if TYPE_CHECKING:
    from pathlib import Path


def test_every_event_of_a_small_fleet_arrives_once_and_in_order(tmp_path: Path) -> None:
    with running_broker(tmp_path) as port:
        report = measure(5, 2.0, 10.0, 2.0, port)
    heard = report.heard
    assert (report.results, report.events) == (100, 20)
    assert (heard.events, heard.events_missing, heard.doubles) == (20, 0, 0)
    # Of the streams what did not arrive is known: to the devices, or by the gaps in seq.
    assert heard.streams + report.dropped >= report.results - heard.streams_missing
    assert heard.delay_ms is not None
    assert report.cpu_share > 0
