"""What the processor of hands asks of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from edge.tasks.common.observer import Observer
    from edge.tasks.hands.landmarks import SeenHand


@dataclass(frozen=True, slots=True)
class HandTraits:
    """``knows_gestures``: whether the model tells gestures, too."""

    knows_gestures: bool


HandObserver: TypeAlias = "Observer[HandTraits, tuple[SeenHand, ...]]"
"""Finds hands; ``values`` are those found, followed ones first."""
