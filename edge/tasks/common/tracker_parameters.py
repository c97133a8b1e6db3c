"""What several tasks' trackers take out of ``[tracking]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.settings import TrackingSettings
from edge.tracking.presence import PresenceParameters
from edge.tracking.smoothing import SmoothingParameters

if TYPE_CHECKING:
    from edge.config.sections import Settings


def smoothing_parameters(settings: Settings) -> SmoothingParameters | None:
    """How places are smoothed; None: not at all."""
    own = settings[TrackingSettings]
    if not own.smoothing:
        return None
    return SmoothingParameters(
        min_cutoff_hz=own.min_cutoff_hz,
        beta=own.beta,
        derivative_cutoff_hz=own.derivative_cutoff_hz,
        noise_speed=own.noise_speed,
        jump_speed=own.jump_speed,
        dead_band=own.dead_band,
    )


def presence_parameters(settings: Settings) -> PresenceParameters:
    """When a count is believed."""
    own = settings[TrackingSettings]
    return PresenceParameters(own.presence_enter_s, own.presence_exit_s)
