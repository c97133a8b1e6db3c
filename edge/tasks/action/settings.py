"""The section of action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from edge.config.conflict import Conflict
from edge.config.key import key
from edge.tasks.common import keys
from edge.tasks.common.settings import category_conflicts
from edge.tasks.pose.settings import PoseSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.sections import Settings


@dataclass(frozen=True, slots=True)
class ActionSettings:
    """[action]: what somebody is doing (MoViNet)."""

    enabled: bool = keys.enabled()
    model: str = keys.model("movinet-a0")
    labels: str = keys.labels()
    threads: int = keys.threads()
    max_results: int = keys.max_results()
    score_threshold: float = keys.category_score_threshold()
    allow: tuple[str, ...] = keys.allow()
    deny: tuple[str, ...] = keys.deny()
    rate_hz: float = key(5.0, "Frames a second of media time the model is fed with.", low=0.5, high=60, remote=True)
    gate: Literal["auto", "always", "motion", "person"] = key(
        "auto",
        "When the model runs: always, while something moves, or while pose sees a person (or pose is paused); auto is"
        " person where pose runs, else always.",
        choices=("auto", "always", "motion", "person"),
        remote=True,
    )
    gate_hold_s: float = key(3.0, "It goes on so long after the last motion or person.", low=0, high=3600, remote=True)
    warm_up_s: float = key(
        2.0,
        "Results are marked as warming up for so long after a start, a gap or a cut, while the model has seen little.",
        low=0,
        high=60,
        remote=True,
    )


SECTION = ActionSettings


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """Categories are allowed or denied, and a gate that waits for people needs somebody who sees them."""
    own = settings[ActionSettings]
    yield from category_conflicts("action", own)
    if own.enabled and own.gate == "person" and not settings[PoseSettings].enabled:
        yield Conflict(
            "action.gate", "pose.enabled", "person needs pose.enabled; set pose.enabled = true or another gate"
        )
