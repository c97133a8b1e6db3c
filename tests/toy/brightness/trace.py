"""What a trace holds of brightness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.json_fields import get_number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from edge.base.json_fields import Line
    from edge.tasks.common.tracing import Observed, SideInputCodec, TracedTask

AFTER_MODEL = frozenset({"enabled", "dark_below", "bright_from", "max_rate_hz"})
HOLDS_PICTURES = False
SIDE_INPUTS: Mapping[str, SideInputCodec] = {}


def traits_line(_traits: None) -> Line:
    """There is nothing to know of the model."""
    return {}


def traits_from(_line: Line) -> None:
    """The same from a header."""


def observed_line(observed: Observed[float]) -> Line:
    """The level."""
    return {"level": observed.observation.values}


def details_from(_line: Line) -> tuple[object, ...]:
    """Brightness is all that is said."""
    return ()


def observed_from(line: Line, _task: TracedTask[None]) -> tuple[float, None]:
    """The level from a line; raises ``ValueError`` where there is none."""
    return get_number(line, "level"), None


def notes(_changed: Collection[str]) -> Iterator[str]:
    """What a replay with such changes cannot know: nothing."""
    yield from ()
