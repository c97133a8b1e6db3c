"""Messages in a few words. They come from a network: whatever is missing or odd in them is left out, never an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.messages.words import NOTHING
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from edge.watch.devices import DeviceStatus


def task_in_words(device: DeviceStatus, task: str) -> str:
    """What a task says at the moment: its state where there is one, else its newest result."""
    if rest := rest_in_words(device, task):
        return rest
    state, result = device.latest(f"state/{task}"), device.latest(task)
    if not (state or result):
        return NOTHING
    return tasks()[task].words.now(state, result)


def rest_in_words(device: DeviceStatus, task: str) -> str:
    """Why a task does nothing, where it shall not: it is switched off, or a request has it rest; else empty."""
    stats, state = device.latest("stats").get("tasks"), device.latest(f"state/{task}")
    known = stats.get(task) if isinstance(stats, dict) else None
    if isinstance(known, dict):
        return "paused" if known.get("paused") is True else ""
    if task in device.topics and device.topics[task].rate_hz:
        return ""  # stats are older
    is_named_off = "model" in state and state["model"] is None  # as a task that is switched off says at the start
    return "off" if isinstance(stats, dict) or is_named_off else ""


def is_of_interest(device: DeviceStatus, task: str) -> bool:
    """Whether anybody asks for a task: it runs by default, or on this device."""
    return tasks()[task].runs_by_default or task_in_words(device, task) not in {"off", NOTHING}


def best_in_words(device: DeviceStatus, task: str) -> str:
    """The most that the newest result of a task says, where the task does something."""
    return "" if rest_in_words(device, task) else tasks()[task].words.best(device.latest(task))
