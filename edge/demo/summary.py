"""What the demo leaves on the terminal: counts, files, and where to go from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from edge.base.text import printable
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from edge.demo.topic_statistics import TopicReport
    from edge.types import TaskName

NEXT_STEPS = """\
Next, with a real camera:
  edge run
with real models instead of these:
  edge models pull
  edge demo --models real
to listen yourself, while edge run works and an MQTT broker runs:
  mosquitto_sub -t 'edge/#' -v
to tune it:
  edge config explain pose.max_rate_hz"""


def verdict(topics: Mapping[str, TopicReport], tasks: Sequence[TaskName]) -> list[str]:
    """What went wrong, a sentence each; empty where every task delivered and every message was as its schema says."""
    silent = [f"no message of {task} came" for task in tasks if task not in topics or not topics[task].valid]
    wrong = [
        f"{report.invalid} of {report.valid + report.invalid} messages on {name} are not as the schema says; the first:"
        f" {report.problem}"
        for name, report in topics.items()
        if report.invalid
    ]
    return silent + wrong


def topic_table(topics: Mapping[str, TopicReport]) -> Table:
    """Counts, rates and latencies by topic."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("topic")
    for heading in ("valid", "invalid", "lost", "a second", "latency ms", "p95 ms"):
        table.add_column(heading, justify="right")
    for name, report in topics.items():
        table.add_row(Text(name), str(report.valid), str(report.invalid), str(report.lost), *_measures(report))
    return table


def print_summary(console: Console, topics: Mapping[str, TopicReport], files: Sequence[Path]) -> None:
    """The whole of it."""
    console.print("What came over MQTT, each message held against its schema:")
    console.print(topic_table(topics))
    for line in (f"models: {', '.join(models_of(topics))}", "", *(f"written: {path}" for path in files)):
        console.print(printable(line), highlight=False, markup=False, soft_wrap=True)
    console.print(f"\n{NEXT_STEPS}", highlight=False, markup=False, soft_wrap=True)


def models_of(topics: Mapping[str, TopicReport]) -> list[str]:
    """The models that made the newest results."""
    return [topics[task].latest["model"] for task in tasks() if task in topics and topics[task].latest is not None]


def _measures(report: TopicReport) -> tuple[str, str, str]:
    latency = report.latency_ms
    if latency is None:
        return "", "", ""
    return f"{report.mean_rate_hz:.1f}", f"{latency.p50:.0f}", f"{latency.p95:.0f}"
