"""The parameters of the tracker of hands, out of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.category_processor import consensus_parameters
from edge.tasks.common.settings import TrackingSettings
from edge.tasks.hands.settings import HandsSettings
from edge.tasks.hands.tracker import HandTrackerParameters
from edge.tracking.presence import PresenceParameters
from edge.tracking.smoothing import SmoothingParameters

if TYPE_CHECKING:
    from edge.config.sections import Settings


def tracker_parameters(settings: Settings) -> HandTrackerParameters:
    """How hands are followed and smoothed."""
    own = settings[TrackingSettings]
    smoothing = SmoothingParameters(
        min_cutoff_hz=own.min_cutoff_hz,
        beta=own.beta,
        derivative_cutoff_hz=own.derivative_cutoff_hz,
        noise_speed=own.noise_speed,
        jump_speed=own.jump_speed,
        dead_band=own.dead_band,
    )
    return HandTrackerParameters(
        max_gap_s=own.max_gap_s,
        smoothing=smoothing if own.smoothing else None,
        score_window_s=own.score_window_s if own.smoothing else 0.0,
        consensus=consensus_parameters(settings),
        mirrored=settings[HandsSettings].mirrored,
    )


def presence_parameters(settings: Settings) -> PresenceParameters:
    """When a count of hands is believed."""
    own = settings[TrackingSettings]
    return PresenceParameters(own.presence_enter_s, own.presence_exit_s)
