"""Where a piece of text goes so that it covers no other."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.overlay.style import Rect


def free_places(wanted: Rect, taken: Sequence[Rect], bounds: Rect) -> list[Rect]:
    """Where ``wanted`` can go within ``bounds`` without overlapping any of those ``taken``, the nearest first.

    Where it is itself free, the first is all it is moved for: to be within ``bounds``. It sticks out at the right and
    at the bottom where it is larger.
    """
    lefts = {wanted.left, *(edge for one in taken for edge in (one.left - wanted.width, one.right))}
    tops = {wanted.top, *(edge for one in taken for edge in (one.top - wanted.height, one.bottom))}
    places = {_within(replace(wanted, left=left, top=top), bounds) for left, top in product(lefts, tops)}
    free = (place for place in places if not any(map(place.overlaps, taken)))
    return sorted(free, key=lambda place: (_distance(wanted, place), place.top, place.left))


def _within(rect: Rect, bounds: Rect) -> Rect:
    left = max(bounds.left, min(rect.left, bounds.right - rect.width))
    top = max(bounds.top, min(rect.top, bounds.bottom - rect.height))
    return replace(rect, left=left, top=top)


def _distance(one: Rect, other: Rect) -> int:
    return abs(one.left - other.left) + abs(one.top - other.top)
