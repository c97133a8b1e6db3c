"""What the terminal shows: a table of many devices, or all there is to know of a few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from edge.base.text import printable
from edge.messages.words import NOTHING, duration, median, number, plain
from edge.tasks.registry import tasks
from edge.watch.fitted_table import Column, FirstThatFits, FittedTable
from edge.watch.words import best_in_words, is_of_interest, task_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from edge.watch.devices import DeviceStatus

FEW = 3
"""So many devices are shown in full."""
_SILENT_S = 30.0
_BACKENDS = {"cpu": "CPU", "edgetpu": "EdgeTPU"}
_TABLE_LINES = 6
"""What a table has beside its rows: an empty line, headings, a rule, and what is said below it."""


def render(devices: Sequence[DeviceStatus], notice: str) -> RenderableType:
    """The screen; ``notice`` is what is wrong or missing, empty for nothing."""
    above: list[RenderableType] = [Text(printable(notice), style="bold red")] if notice else []
    if not devices:
        return Group(*above, Text("no device has said anything yet", style="dim"))

    def in_full(_height: int) -> RenderableType:
        return Group(*above, *map(_panel, devices))

    def as_table(height: int) -> RenderableType:
        shown = devices[: max(1, height - _TABLE_LINES - 2 * len(above))]
        hidden = len(devices) - len(shown)
        more = [Text(f"and {hidden} more; to see some of them: edge watch DEVICE …", style="dim")] if hidden else []
        return Group(*above, _table(shown), *more)

    return FirstThatFits((in_full, as_table) if len(devices) <= FEW else (as_table,))


def _table(devices: Sequence[DeviceStatus]) -> FittedTable:
    seen = (
        Column(task, [_on_one_line(task_in_words(device, task)) for device in devices], yields=True)
        for task in tasks()
        if any(is_of_interest(device, task) for device in devices)
    )
    return FittedTable(
        (
            Column("device", [_on_one_line(plain(device.name)) for device in devices], yields=True),
            Column("state", [_state(device) for device in devices]),
            *seen,
            Column("results/s", [f"{_rate_hz(device):.1f}" for device in devices], rank=1, justify="right"),
            Column("latency", [_latency(device) for device in devices], rank=2, justify="right"),
            Column("lost", [str(device.lost) for device in devices], rank=4, justify="right"),
            Column("°C", [_temperature(device) for device in devices], rank=3, justify="right"),
        ),
        is_framed=True,
    )


def _rate_hz(device: DeviceStatus) -> float:
    return sum(device.topics[task].rate_hz for task in tasks() if task in device.topics)


def _temperature(device: DeviceStatus) -> str:
    return number(device.latest("stats").get("temperature_c"), ".0f")


def _panel(device: DeviceStatus) -> Panel:
    seen = [task for task in tasks() if is_of_interest(device, task) and task_in_words(device, task) != NOTHING]
    title = Text.assemble((plain(device.name), "bold"), "  ", _state(device))
    body = Group(_tasks_table(device, seen), Text(), *_health(device))
    return Panel(body, title=title, title_align="left", box=box.ROUNDED)


def _tasks_table(device: DeviceStatus, names: Sequence[str]) -> FittedTable:
    topics = [device.topics.get(task) for task in names]
    stats = [_tasks(device).get(task, {}) for task in names]
    results = [device.latest(task) for task in names]
    best = [best_in_words(device, task) for task in names]
    models = [plain(one.get("model") or result.get("model")) for one, result in zip(stats, results, strict=True)]
    return FittedTable(
        (
            Column("task", list(names)),
            Column("now", [_on_one_line(task_in_words(device, task)) for task in names], yields=True),
            Column("best", [_on_one_line(words) for words in best], yields=True),
            Column("model", [_on_one_line(model) for model in models], rank=3),
            Column("on", [_BACKENDS.get(str(one.get("backend")), NOTHING) for one in stats], rank=4),
            Column("published/s", [number(t and t.rate_hz, ".1f") for t in topics], rank=6, justify="right"),
            Column("rate", [number(one.get("rate_hz"), ".1f") for one in stats], rank=1, justify="right"),
            Column("inference", [median(one.get("inference_ms")) for one in stats], rank=5, justify="right"),
            Column("latency", [median(one.get("latency_ms")) for one in stats], rank=2, justify="right"),
            Column("lost", [number(t and t.lost) for t in topics], rank=7, justify="right"),
        )
    )


def _on_one_line(words: str) -> Text:
    return Text(words, no_wrap=True, overflow="ellipsis")


def _health(device: DeviceStatus) -> list[Text]:
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
    errors = (camera.get("error"), stats.get("config_error"), stats.get("update_error"), mqtt.get("trouble"))
    problems = [plain(text) for text in errors if text]
    problems += [f"{plain(task)}: {plain(one['error'])}" for task, one in _tasks(device).items() if one.get("error")]
    problems += [
        f"{plain(task)} is on the CPU: {plain(one.get('backend_reason'))}"
        for task, one in _tasks(device).items()
        if one.get("edgetpu_failed") is True
    ]
    if level := _part(stats, "governor").get("level"):
        reasons = _part(stats, "governor").get("reasons")
        why = ", ".join(map(plain, reasons)) if isinstance(reasons, list) else NOTHING
        problems.append(f"tasks are held back, level {number(level)}: {why}")
    if stats.get("throttled"):
        problems.append("slowed down by heat or low voltage")
    return [*(Text(problem, style="bold red") for problem in problems), *lines, *map(_edgetpu, _edgetpus(stats))]


def _edgetpu(tpu: Mapping[str, Any]) -> Text:
    temperature = number(tpu.get("temperature_c"), ".0f", " °C") if tpu.get("temperature_c") is not None else ""
    return Text(
        f"EdgeTPU {plain(tpu.get('device'))} {plain(tpu.get('state'))}, {number(tpu.get('rate_hz'), '.1f')}/s, "
        f"restarts {number(tpu.get('restarts'))}   {temperature}".rstrip(),
        style="dim",
    )


def _edgetpus(stats: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = stats.get("edgetpus")
    return [tpu for tpu in found if isinstance(tpu, dict)] if isinstance(found, list) else []


def _state(device: DeviceStatus) -> Text:
    if device.availability == "online" and device.silent_s < _SILENT_S:
        return Text("online", style="green")
    if device.availability == "online":
        return Text(f"silent for {duration(device.silent_s)}", style="yellow")
    return Text(plain(device.availability or "unknown"), style="red")


def _latency(device: DeviceStatus) -> str:
    tasks = [_part(stats, "latency_ms").get("p50") for stats in _tasks(device).values()]
    known = [value for value in tasks if isinstance(value, int | float)]
    return number(max(known), ".0f", " ms") if known else NOTHING


def _tasks(device: DeviceStatus) -> Mapping[str, Mapping[str, Any]]:
    tasks = _part(device.latest("stats"), "tasks")
    return {name: stats for name, stats in tasks.items() if isinstance(stats, dict)}


def _part(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = message.get(name)
    return part if isinstance(part, dict) else {}
