"""The parameters of the tracker of hands, out of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.category_processor import consensus_parameters
from edge.tasks.common.settings import TrackingSettings
from edge.tasks.common.tracker_parameters import smoothing_parameters
from edge.tasks.hands.settings import HandsSettings
from edge.tasks.hands.tracker import HandTrackerParameters

if TYPE_CHECKING:
    from edge.config.sections import Settings


def tracker_parameters(settings: Settings) -> HandTrackerParameters:
    """How hands are followed and smoothed."""
    own = settings[TrackingSettings]
    return HandTrackerParameters(
        max_gap_s=own.max_gap_s,
        smoothing=smoothing_parameters(settings),
        score_window_s=own.score_window_s if own.smoothing else 0.0,
        consensus=consensus_parameters(settings),
        mirrored=settings[HandsSettings].mirrored,
    )
