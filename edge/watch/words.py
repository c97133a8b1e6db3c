"""Messages in a few words. They come from a network: whatever is missing or odd in them is left out, never an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.base.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.watch.devices import Device

NOTHING = "-"
LONGEST = 200
_LONGEST_S = 1e10


def task_in_words(device: Device, task: str) -> str:
    """What a task says at the moment: its state where there is one, else its newest result."""
    if rest := rest_in_words(device, task):
        return rest
    state, result = device.latest(f"state/{task}"), device.latest(task)
    if not (state or result):
        return NOTHING
    if task == "pose":
        return _people_in_words(state, result)
    settled = (state or result).get("settled")
    if isinstance(settled, dict):
        return plain(settled.get("category_name"))
    return "nothing settled"


def rest_in_words(device: Device, task: str) -> str:
    """Why a task does nothing, where it shall not: it is switched off, or a request has it rest; else empty."""
    stats, state = device.latest("stats").get("tasks"), device.latest(f"state/{task}")
    known = stats.get(task) if isinstance(stats, dict) else None
    if isinstance(known, dict):
        return "paused" if known.get("paused") is True else ""
    if task in device.topics and device.topics[task].rate_hz:
        return ""  # stats are older
    is_named_off = "model" in state and state["model"] is None  # as a task that is switched off says at the start
    return "off" if isinstance(stats, dict) or is_named_off else ""


def best_in_words(result: Mapping[str, Any]) -> str:
    """The best category of a result and its score."""
    categories = result.get("categories")
    first = categories[0] if isinstance(categories, list) and categories else None
    if not isinstance(first, dict):
        return NOTHING
    return f"{plain(first.get('display_name') or first.get('category_name'))} {percent(first.get('score'))}"


def plain(text: object) -> str:
    """Text of a stranger as it can be shown: short, in one line, without what controls a terminal."""
    if text is None or text == "" or isinstance(text, dict | list):
        return NOTHING
    return printable(str(text)[:LONGEST])


def number(value: object, form: str = ".0f", unit: str = "") -> str:
    """A number with its unit; a dash for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return NOTHING
    try:
        return f"{value:{form}}{unit}"
    except OverflowError:  # JSON has numbers of any length
        return NOTHING


def percent(value: object) -> str:
    """A share of 1 in percent."""
    return number(value, ".0%")


def median(durations: object) -> str:
    """The median of a set of durations as ``stats`` gives it."""
    return number(durations.get("p50"), ".0f", " ms") if isinstance(durations, dict) else NOTHING


def duration(seconds: object) -> str:
    """A length of time in its largest unit."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < _LONGEST_S:
        return NOTHING
    for length_s, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{seconds:.0f} s"


def _people_in_words(state: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    people = result.get("people")
    if "count" not in state and not isinstance(people, list):
        return NOTHING
    count = state["count"] if "count" in state else len(people or ())
    if isinstance(count, bool) or not isinstance(count, int):
        return "not known"
    return "nobody" if count == 0 else "1 person" if count == 1 else f"{number(count)} people"
