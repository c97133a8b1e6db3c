"""The section of pose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.config.key import key
from edge.tasks.common import keys
from edge.types import Fit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.config.conflict import Conflict
    from edge.config.sections import Settings


@dataclass(frozen=True, slots=True)
class PoseSettings:
    """[pose]: people and their keypoints (MoveNet, PoseNet, BlazePose)."""

    enabled: bool = keys.enabled()
    model: str = keys.model("movenet-lightning")
    device: str = keys.device()
    threads: int = keys.threads()
    input_size: int = key(
        256,
        "The longer side of the input, in pixels, where the model leaves it open (MultiPose); the shorter one follows"
        " from the frame. Both are rounded up to multiples of 32.",
        low=64,
        high=1024,
    )
    fit: Fit = key(
        "letterbox",
        "How a frame is fitted to the model: letterbox keeps the shape, stretch does not. BlazePose always keeps"
        " it, whatever stands here.",
        choices=("letterbox", "stretch"),
        remote=True,
    )
    score_threshold: float = key(
        0.2,
        "A person appears once the mean keypoint score reaches this and some keypoints are sure; while known, it is"
        " left out below three quarters of this. Below 0.2 sure keypoints count for less, at 0 for nothing.",
        low=0,
        high=1,
        remote=True,
    )
    max_people: int = key(
        4,
        "At most this many people in a result. A model that sees one person at a time (MoveNet Lightning and Thunder)"
        " runs once a frame for each who is there, or, where frames would be dropped, in turns; and once in 25 to 100"
        " runs to look for others, after ten seconds at the latest. With 1 it follows one person and looks for no"
        " others.",
        low=1,
        high=6,
        remote=True,
    )
    max_rate_hz: float = keys.max_rate_hz()
    region: tuple[float, ...] = keys.region()


SECTION = PoseSettings


def conflicts(_settings: Settings) -> Iterable[Conflict]:
    """Its keys agree with each other whatever they are."""
    return ()
