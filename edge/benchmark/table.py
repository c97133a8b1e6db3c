"""What was measured, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from edge.base.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def lines_below(report: Report) -> Iterator[str]:
    """Which files ran, what others have published of their models, and what is to be known of the figures."""
    yield ""
    yield from dict.fromkeys(f"{one.subject.model}: {one.subject.file}" for one in report.measurements)
    published = dict.fromkeys(entry for one in report.measurements for entry in one.published)
    if published:
        yield from ("", "published by others, invoke() alone, in ms:", *map(_published, published))
    if report.notices:
        yield from ("", *(f"note: {notice}" for notice in report.notices))


def _names(measurement: Measurement) -> tuple[str, str]:
    subject = measurement.subject
    place = f"cpu x{subject.threads}" if subject.backend == "cpu" else subject.device
    return f"{printable(subject.task)}\n{printable(subject.model)}", place


def _figures(measurement: Measurement) -> tuple[str, ...]:
    invoke, pipeline = measurement.invoke_ms, measurement.pipeline_ms
    durations = tuple(f"{value:.2f}" for value in (invoke.p50, invoke.p95, pipeline.p50, pipeline.p95))
    return (*durations, f"{measurement.ratio:.2f}", f"{measurement.rate_hz:.0f}")


def _published(entry: Published) -> str:
    return f"  {entry.invoke_ms:6.1f}  {entry.model}, {entry.machine} ({entry.source})"
