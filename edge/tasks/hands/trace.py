"""What a trace holds of hands: hands as the models saw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.base.json_fields import get
from edge.base.packing import pack_floats, unpack_floats
from edge.tasks.hands.gestures import GESTURES
from edge.tasks.hands.landmarks import NAMES, SeenHand
from edge.tasks.hands.observer import HandTraits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from edge.base.json_fields import Line
    from edge.tasks.common.tracing import Observed, SideInputCodec, TracedTask
    from edge.types import FloatArray

AFTER_MODEL = frozenset({"enabled", "max_hands", "mirrored", "max_rate_hz"})
HOLDS_PICTURES = False
SIDE_INPUTS: Mapping[str, SideInputCodec] = {}
_MOST_HANDS = 64
_PLACES = len(NAMES) * 3


def traits_line(traits: HandTraits) -> Line:
    """What the header says of the model."""
    return {"gestures": traits.knows_gestures}


def traits_from(line: Line) -> HandTraits:
    """The same from a header; raises ``ValueError`` where it is none."""
    return HandTraits(get(line, "gestures", bool))


def observed_line(observed: Observed[tuple[SeenHand, ...]]) -> Line:
    """What a line says of an observation, beside what all have."""
    hands = observed.observation.values
    return {"hands": pack_floats(np.array([_row(hand) for hand in hands], np.float32))}


def observed_from(line: Line, task: TracedTask[HandTraits]) -> tuple[tuple[SeenHand, ...], None]:
    """Hands from a line; raises ``ValueError`` where they are none."""
    size = 2 * _PLACES + 2 + (len(GESTURES) if task.traits.knows_gestures else 0)
    values = unpack_floats(get(line, "hands", str), _MOST_HANDS * size)
    if values.size % size or not np.isfinite(values).all():
        raise ValueError(f"'hands' does not hold {len(NAMES)} landmarks of real numbers a hand")
    return tuple(_hand(row) for row in values.reshape(-1, size)), None


def details_from(_line: Line) -> tuple[object, ...]:
    """Hands are all that is said."""
    return ()


def notes(changed: Collection[str]) -> Iterator[str]:
    """What a replay with such changes cannot know."""
    if "hands.max_hands" in changed:
        yield "hands: no hand was looked for beyond the recorded max_hands"


def _row(hand: SeenHand) -> FloatArray:
    sure = np.array((hand.presence, hand.right), np.float32)
    return np.concatenate((hand.points.ravel(), hand.world.ravel(), sure, hand.gestures))


def _hand(row: FloatArray) -> SeenHand:
    points, world = row[: 2 * _PLACES].reshape(2, len(NAMES), 3)
    presence, right = row[2 * _PLACES : 2 * _PLACES + 2].tolist()
    return SeenHand(points, world, presence, right, row[2 * _PLACES + 2 :])
