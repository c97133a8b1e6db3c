"""How far the appliance is held back: a level that follows heat, voltage and load, with hysteresis.

Pure: what was decided, what is read and the time go in, what is decided now comes out. Times are seconds of any
monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from edge.types import Strain

HIGHEST = 4
LONGEST_RELAX_S = 3600.0
"""However often a step back was too early, the next one waits no longer."""
RELAPSE_S = 900.0
"""A limit that is passed again so soon after a step back shows that it was too early: a heat sink takes minutes."""
_CALM_SHARE = 0.5
"""Frames that wait for less than this share of what they may wait are in no hurry."""

Mood: TypeAlias = Literal["strained", "between", "calm"]


@dataclass(frozen=True, slots=True)
class Readings:
    """What is known of the machine now; None and False where nothing tells it.

    ``queue_age_s`` is how long frames wait for their turn.
    """

    temperature_c: float | None = None
    is_slowed: bool = False
    is_voltage_low: bool = False
    queue_age_s: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """When it is too much, when it is well again, and how long each has to last before the next step."""

    hot_c: float
    cool_c: float
    max_queue_age_s: float
    step_s: float
    relax_s: float


@dataclass(frozen=True, slots=True)
class Position:
    """``level`` from 0 (nothing is held back) to :data:`HIGHEST`; ``strains`` are what has led there, or goes on now.

    ``since_s`` is when the ``mood`` or the level changed last, ``relaxed_s`` when the level last fell; ``patience`` is
    by how much the wait before it falls again has grown.
    """

    level: int = 0
    strains: tuple[Strain, ...] = ()
    mood: Mood = "between"
    since_s: float = 0.0
    relaxed_s: float = float("-inf")
    patience: float = 1.0


def step(position: Position, readings: Readings, limits: Limits, now_s: float) -> Position:
    """The position at ``now_s`` (growing): at most one level further up or down.

    A level higher once a limit has been passed for ``step_s`` without a break, one lower once all has been well for
    ``relax_s``. Between both, nothing changes. Each step begins to wait anew, and where one back was too early
    (:data:`RELAPSE_S`) the next waits twice as long: a machine that is warm at one level and hot at the next rests at
    one of them.
    """
    strains = strains_of(readings, limits)
    mood: Mood = "strained" if strains else "calm" if _is_calm(readings, limits) else "between"
    if mood != position.mood:
        position = replace(position, mood=mood, since_s=now_s)
    position = replace(position, strains=strains or (position.strains if position.level else ()))
    lasted_s = now_s - position.since_s
    if mood == "strained" and position.level < HIGHEST and lasted_s >= limits.step_s:
        return _raised(position, limits, now_s)
    if mood == "calm" and position.level and lasted_s >= _wait_s(position, limits):
        return replace(position, level=position.level - 1, since_s=now_s, relaxed_s=now_s)
    return position


def strains_of(readings: Readings, limits: Limits) -> tuple[Strain, ...]:
    """Which limits are passed."""
    passed: dict[Strain, bool] = {
        "temperature": readings.temperature_c is not None and readings.temperature_c >= limits.hot_c,
        "throttled": readings.is_slowed,
        "under_voltage": readings.is_voltage_low,
        "queue_age": readings.queue_age_s is not None and readings.queue_age_s > limits.max_queue_age_s,
    }
    return tuple(strain for strain, is_passed in passed.items() if is_passed)


def _is_calm(readings: Readings, limits: Limits) -> bool:
    return (readings.temperature_c is None or readings.temperature_c <= limits.cool_c) and (
        readings.queue_age_s is None or readings.queue_age_s <= _CALM_SHARE * limits.max_queue_age_s
    )


def _wait_s(position: Position, limits: Limits) -> float:
    return max(limits.relax_s, min(position.patience * limits.relax_s, LONGEST_RELAX_S))


def _raised(position: Position, limits: Limits, now_s: float) -> Position:
    is_relapse = now_s - position.relaxed_s < max(RELAPSE_S, 2 * _wait_s(position, limits))
    longest = max(1.0, LONGEST_RELAX_S / limits.relax_s)
    patience = min(2 * position.patience, longest) if is_relapse else 1.0
    return replace(position, level=position.level + 1, since_s=now_s, patience=patience)
