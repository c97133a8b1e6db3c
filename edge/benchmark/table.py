"""What was measured, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from edge.base.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from edge.benchmark.machine import Machine
    from edge.benchmark.published import Published
    from edge.benchmark.report import Measurement, Report

_FIGURES = ("invoke()\nms", "p95", "pipeline\nms", "p95", "ratio", "results\n/s")


def machine_line(machine: Machine) -> str:
    """What figures belong to, in a line."""
    cores = f"{machine.cores} core{'s' if machine.cores > 1 else ''}"
    return f"{machine.name}, {cores}; {machine.runtime}, Python {machine.python}, Edge {machine.edge}"


def latency_table(report: Report) -> Table:
    """A row for each measurement."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("task\nmodel", overflow="fold")
    table.add_column("on")
    for heading in _FIGURES:
        table.add_column(heading, justify="right", no_wrap=True, min_width=6)
    for measurement in report.measurements:
        table.add_row(*map(Text, _names(measurement)), *_figures(measurement))
    return table


def blocks_below(report: Report) -> Iterator[Iterable[str]]:
    """Which files ran, what others have published of their models, what to know of the figures: the lines of each."""
    yield dict.fromkeys(f"{one.measured.model}: {one.measured.file}" for one in report.measurements)
    for published in dict.fromkeys(one.published for one in report.measurements if one.published):
        yield _comparison(published, [one for one in report.measurements if one.published == published])
    yield [f"note: {notice}" for notice in report.notices]


def _comparison(published: Sequence[Published], here: Sequence[Measurement]) -> Iterator[str]:
    yield f"{published[0].model}, invoke() alone, in ms, here and as others have published it:"
    yield from (_latency(one.invoke_ms.p50, f"here, {_device(one)}") for one in here)
    yield from (_latency(entry.invoke_ms, f"{entry.machine} ({entry.source})") for entry in published)


def _names(measurement: Measurement) -> tuple[str, str]:
    measured = measurement.measured
    return f"{printable(measured.task)}\n{printable(measured.model)}", _device(measurement)


def _device(measurement: Measurement) -> str:
    measured = measurement.measured
    return f"cpu x{measured.threads}" if measured.backend == "cpu" else measured.device


def _figures(measurement: Measurement) -> tuple[str, ...]:
    invoke, pipeline = measurement.invoke_ms, measurement.pipeline_ms
    durations = tuple(f"{value:.2f}" for value in (invoke.p50, invoke.p95, pipeline.p50, pipeline.p95))
    return (*durations, f"{measurement.ratio:.2f}", f"{measurement.rate_hz:.0f}")


def _latency(invoke_ms: float, whose: str) -> str:
    return f"  {invoke_ms:6.1f}  {whose}"
