"""What must hold of things that lie on a screen."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.overlay.style import Rect


def is_within(inner: Rect, outer: Rect) -> bool:
    across = outer.left <= inner.left and inner.left + inner.width <= outer.left + outer.width
    return across and outer.top <= inner.top and inner.top + inner.height <= outer.top + outer.height


def overlapping(rects: Sequence[Rect]) -> list[tuple[Rect, Rect]]:
    return [(one, other) for one, other in combinations(rects, 2) if one.overlaps(other)]
