"""The live view: how the demo is doing, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from edge.demo.status import in_words
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from edge.demo.status import DemoStatus
    from edge.demo.topic_statistics import TopicReport

_WIDTH = 80
_ROWS = 3
"""Lines of each task; always as many, so that nothing jumps."""


def render(status: DemoStatus, seconds: float, scene: str, hint: str) -> RenderableType:
    """The screen: what the scene shows, what came over MQTT, the newest results, and how to listen along.

    Nothing before the first message, as libraries write to the terminal while models are loaded.
    """
    if not status.messages:
        return Text()
    title = Text.assemble(("Edge demo", "bold"), f"   {min(status.elapsed_s, seconds):.0f} of {seconds:.0f} s")
    shows = Text.assemble("scene ", (scene, "bold"), " shows: ", (status.shows or "…", "cyan"))
    parts: list[RenderableType] = [
        shows,
        _results(status),
        Text(),
        _topics(status),
        Text(hint, style="dim"),
    ]
    return Panel(Group(*parts), title=title, title_align="left", box=box.ROUNDED, padding=(0, 1), width=_WIDTH)


def _topics(status: DemoStatus) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("topic", width=20)
    for heading in ("messages", "a second", "latency", "valid"):
        table.add_column(heading, justify="right", width=10)
    hidden = {"availability", *(f"state/{task}" for task in tasks() if task not in status.tasks)}
    told = {name: report for name, report in status.topics.items() if name not in hidden}
    for name, report in told.items():
        table.add_row(Text(name), str(report.valid + report.invalid), *_numbers(report))
    return table


def _numbers(report: TopicReport) -> tuple[str, str, Text]:
    latency = "" if report.latency_ms is None else f"{report.latency_ms.p50:.0f} ms"
    verdict = Text("all", style="green") if not report.invalid else Text(f"not {report.invalid}", style="bold red")
    return f"{report.rate_hz:.1f}" if report.rate_hz else "", latency, verdict


def _results(status: DemoStatus) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(width=14, style="bold")
    table.add_column(width=60, no_wrap=True)
    for task in status.tasks:
        lines = _lines(status, task)
        for number in range(_ROWS):
            line = lines[number] if number < len(lines) else Text()
            table.add_row("" if number else task, line)
    return table


def _lines(status: DemoStatus, task: str) -> Sequence[Text]:
    message = status.latest(task)
    return [Text(in_words(status, task), style="dim")] if message is None else tasks()[task].words.lines(message)
