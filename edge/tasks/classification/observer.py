"""What classification's processor asks of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from edge.tasks.common.observer import ScoreObserver

if TYPE_CHECKING:
    from edge.types import Box, Fit, Rotation


class ClassificationObserver(ScoreObserver, Protocol):
    """Looks at a part of the frame; all three may be changed between two frames."""

    fit: Fit
    region: Box
    rotate: Rotation
