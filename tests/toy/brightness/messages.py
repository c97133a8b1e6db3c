"""What the messages of brightness say."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edge.tasks.common.category_messages import settled, state

if TYPE_CHECKING:
    from edge.messages.clock import Instant
    from edge.messages.payload import Payload
    from edge.types import Result

    from .result import BrightnessResult

__all__ = ["state", "stream"]


def stream(result: Result, published: Instant) -> Payload:
    """The fields of a result, see the schema ``brightness``."""
    own = cast("BrightnessResult", result)
    return {"level": round(own.level, 3), "settled": settled(own.settled, published)}
