"""What action's processor asks of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from edge.tasks.common.observer import ScoreObserver

if TYPE_CHECKING:
    from edge.types import Frame, ImageArray


class ActionObserver(ScoreObserver, Protocol):
    """Is fed with the frames of a stream."""

    def glance(self, frame: Frame) -> ImageArray:
        """A frame as a few grey places, to see whether something moved or the scene was cut."""
        ...
