"""What a trace holds of action: beside scores, what its gate decides by."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edge.base.json_fields import get
from edge.base.packing import pack_bytes, unpack_bytes
from edge.tasks.action.gate import PERSON, THUMBNAIL
from edge.tasks.common.category_trace import details_from, observed_from, observed_line, traits_from, traits_line
from edge.tasks.common.thumbnail import THUMBNAIL_SHAPE
from edge.tasks.common.tracing import SideInputCodec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from edge.base.json_fields import Line
    from edge.types import ImageArray

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

AFTER_MODEL = frozenset(
    {"enabled", "score_threshold", "max_results", "allow", "deny", "rate_hz", "gate", "gate_hold_s", "warm_up_s"}
)
HOLDS_PICTURES = True
_FED_BY = {"action.rate_hz", "action.gate", "action.gate_hold_s"}


def _write_picture(picture: object) -> str:
    return pack_bytes(cast("ImageArray", picture))


def _read_picture(line: Line, name: str) -> ImageArray:
    return unpack_bytes(get(line, name, str), THUMBNAIL_SHAPE)


def _read_flag(line: Line, name: str) -> bool:
    return get(line, name, bool)


SIDE_INPUTS: Mapping[str, SideInputCodec] = {
    THUMBNAIL: SideInputCodec(_write_picture, _read_picture),
    PERSON: SideInputCodec(bool, _read_flag),
}


def notes(changed: Collection[str]) -> Iterator[str]:
    """What a replay with such changes cannot know: what the model would have remembered."""
    if not _FED_BY.isdisjoint(changed):
        yield "action: the model remembers, and it was fed at the recorded rate and gate"
