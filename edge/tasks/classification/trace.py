"""What a trace holds of classification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.category_trace import details_from, observed_from, observed_line, traits_from, traits_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from edge.tasks.common.tracing import SideInputCodec

__all__ = [
    "AFTER_MODEL",
    "HOLDS_PICTURES",
    "SIDE_INPUTS",
    "details_from",
    "notes",
    "observed_from",
    "observed_line",
    "traits_from",
    "traits_line",
]

AFTER_MODEL = frozenset({"enabled", "score_threshold", "max_results", "allow", "deny", "max_rate_hz"})
HOLDS_PICTURES = False
SIDE_INPUTS: Mapping[str, SideInputCodec] = {}


def notes(_changed: Collection[str]) -> Iterator[str]:
    """What a replay with such changes cannot know: nothing."""
    yield from ()
