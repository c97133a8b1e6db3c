"""The parameters of pose's trackers, out of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.settings import TrackingSettings
from edge.tasks.pose.settings import PoseSettings
from edge.tracking.crop import CropParameters
from edge.tracking.people import PeopleParameters
from edge.tracking.presence import PresenceParameters
from edge.tracking.smoothing import SmoothingParameters
from edge.tracking.visibility import VisibilityParameters

if TYPE_CHECKING:
    from edge.config.settings import Settings

_EXIT_SHARE = 0.75
"""A person is left below this share of the score that one enters with."""


def people_parameters(settings: Settings) -> PeopleParameters:
    """How people are followed and smoothed."""
    own = settings[TrackingSettings]
    smoothing = SmoothingParameters(
        min_cutoff_hz=own.min_cutoff_hz,
        beta=own.beta,
        derivative_cutoff_hz=own.derivative_cutoff_hz,
        noise_speed=own.noise_speed,
        jump_speed=own.jump_speed,
        dead_band=own.dead_band,
    )
    return PeopleParameters(
        max_gap_s=own.max_gap_s,
        smoothing=smoothing if own.smoothing else None,
        visibility=VisibilityParameters(
            own.score_window_s if own.smoothing else 0.0, own.keypoint_enter, own.keypoint_exit, own.keypoint_hold_s
        ),
        enter_score=settings[PoseSettings].score_threshold,
        exit_score=settings[PoseSettings].score_threshold * _EXIT_SHARE,
        most=settings[PoseSettings].max_people,
    )


def crop_parameters(settings: Settings) -> CropParameters:
    """How the crop follows a person."""
    return CropParameters(slack=settings[TrackingSettings].crop_slack, hold_s=settings[TrackingSettings].crop_hold_s)


def presence_parameters(settings: Settings) -> PresenceParameters:
    """When a count of people is believed."""
    return PresenceParameters(settings[TrackingSettings].presence_enter_s, settings[TrackingSettings].presence_exit_s)
