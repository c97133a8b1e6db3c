"""What the terminal shows: a table of many devices, or all there is to know of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from edge.types import TASK_NAMES
from edge.watch.words import NOTHING, best_in_words, duration, median, number, plain, task_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from edge.watch.devices import Device

FEW = 3
"""So many devices are shown in full."""
_SILENT_S = 30.0


def render(devices: Sequence[Device], notice: str) -> RenderableType:
    """The screen; ``notice`` is what is wrong with the connection, empty for nothing."""
    parts: list[RenderableType] = [Text(notice, style="bold red")] if notice else []
    if not devices:
        parts.append(Text("no device has said anything yet", style="dim"))
    elif len(devices) <= FEW:
        parts += [_panel(device) for device in devices]
    else:
        parts.append(_table(devices))
    return Group(*parts)


def _table(devices: Sequence[Device]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for heading in ("device", "state", "pose", "classification", "action"):
        table.add_column(heading, no_wrap=True)
    for heading in ("results/s", "latency", "lost", "°C"):
        table.add_column(heading, justify="right", no_wrap=True)
    for device in devices:
        stats = device.latest("stats")
        rate = sum(device.topics[task].rate_hz for task in TASK_NAMES if task in device.topics)
        table.add_row(
            escape(plain(device.name)),
            _state(device),
            *(escape(task_in_words(device, task)) for task in TASK_NAMES),
            f"{rate:.1f}",
            _latency(device),
            str(device.lost),
            number(stats.get("temperature_c"), ".0f"),
        )
    return table


def _panel(device: Device) -> Panel:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("task", "now", "best", "model"):
        # Where it is too narrow, labels are cut and nothing else.
        table.add_column(heading, no_wrap=heading not in {"now", "best"})
    for heading in ("published/s", "rate", "inference", "latency", "lost"):
        table.add_column(heading, justify="right", no_wrap=True)
    for task in TASK_NAMES:
        if {task, f"state/{task}"} & device.topics.keys() or task in _tasks(device):
            table.add_row(task, *_task_cells(device, task))
    title = Text.assemble((plain(device.name), "bold"), "  ", _state(device))
    return Panel(Group(table, Text(), *_health(device)), title=title, title_align="left", box=box.ROUNDED)


def _task_cells(device: Device, task: str) -> tuple[RenderableType, ...]:
    topic, stats, result = device.topics.get(task), _tasks(device).get(task, {}), device.latest(task)
    return (
        _on_one_line(task_in_words(device, task)),
        _on_one_line(best_in_words(result) if task != "pose" else ""),
        escape(plain(stats.get("model") or result.get("model"))),
        number(topic and topic.rate_hz, ".1f"),
        number(stats.get("rate_hz"), ".1f"),
        median(stats.get("inference_ms")),
        median(stats.get("latency_ms")),
        number(topic and topic.lost),
    )


def _on_one_line(words: str) -> Text:
    return Text(words, no_wrap=True, overflow="ellipsis")


def _health(device: Device) -> list[Text]:
    stats = device.latest("stats")
    if not stats:
        return [Text("no stats yet", style="dim")]
    camera, mqtt = _part(stats, "camera"), _part(stats, "mqtt")
    lines = [
        Text(
            f"camera {plain(camera.get('source'))} {plain(camera.get('state'))}, "
            f"{number(camera.get('fps'), '.1f')} fps   "
            f"MQTT dropped {number(mqtt.get('dropped'))}, reconnects {number(mqtt.get('reconnects'))}"
        ),
        Text(
            f"up {duration(stats.get('uptime_s'))}   memory {number(stats.get('memory_mb'), '.0f', ' MiB')}   "
            f"load {number(stats.get('load'), '.1f')}   {number(stats.get('temperature_c'), '.0f', ' °C')}   "
            f"version {plain(stats.get('version'))}",
            style="dim",
        ),
    ]
    problems = [plain(text) for text in (camera.get("error"), stats.get("config_error")) if text]
    if stats.get("throttled"):
        problems.append("slowed down by heat or low voltage")
    return lines + [Text(problem, style="bold red") for problem in problems]


def _state(device: Device) -> Text:
    if device.availability == "online" and device.silent_s < _SILENT_S:
        return Text("online", style="green")
    if device.availability == "online":
        return Text(f"silent for {duration(device.silent_s)}", style="yellow")
    return Text(plain(device.availability or "unknown"), style="red")


def _latency(device: Device) -> str:
    tasks = [_part(stats, "latency_ms").get("p50") for stats in _tasks(device).values()]
    known = [value for value in tasks if isinstance(value, int | float)]
    return number(max(known), ".0f", " ms") if known else NOTHING


def _tasks(device: Device) -> Mapping[str, Mapping[str, Any]]:
    tasks = _part(device.latest("stats"), "tasks")
    return {name: stats for name, stats in tasks.items() if isinstance(stats, dict)}


def _part(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = message.get(name)
    return part if isinstance(part, dict) else {}
