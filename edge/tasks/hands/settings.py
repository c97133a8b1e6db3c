"""The section of hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.config.key import key
from edge.tasks.common import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.config.conflict import Conflict
    from edge.config.sections import Settings

GESTURE_ROLES = ("gesture_embedder", "gestures")
"""Of the files of a model, those that tell gestures."""


@dataclass(frozen=True, slots=True)
class HandsSettings:
    """[hands]: hands, their landmarks and gestures (MediaPipe)."""

    enabled: bool = keys.enabled(default=False)
    model: str = keys.model("mediapipe-hands-lite")
    device: str = keys.device()
    threads: int = keys.threads()
    max_hands: int = key(
        2,
        "At most this many hands in a result. While fewer are there, palms are looked for ten times a second without"
        " any hand, three times beside others, and in each frame for a second after one was lost.",
        low=1,
        high=8,
        remote=True,
    )
    score_threshold: float = key(
        0.5, "A palm is looked at closer from this score of the palm detector on.", low=0, high=1, remote=True
    )
    presence_threshold: float = key(
        0.5, "There is a hand while the landmark model is so sure of it.", low=0.05, high=1, remote=True
    )
    mirrored: bool = key(
        False,
        "The camera's picture comes mirrored (a selfie camera): what looks like a left hand is a right one.",
        remote=True,
    )
    gestures: bool = key(True, "Tell gestures, too.", remote=True)
    max_rate_hz: float = keys.max_rate_hz()
    region: tuple[float, ...] = keys.region()

    @property
    def unused_parts(self) -> tuple[str, ...]:
        """Roles of a model's files that are not needed: those for gestures, where none are told."""
        return () if self.gestures else GESTURE_ROLES


SECTION = HandsSettings


def conflicts(_settings: Settings) -> Iterable[Conflict]:
    """Its keys agree with each other whatever they are."""
    return ()
