"""The parameters of pose's trackers, out of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.settings import TrackingSettings
from edge.tasks.common.tracker_parameters import smoothing_parameters
from edge.tasks.pose.settings import PoseSettings
from edge.tracking.crop import CropParameters
from edge.tracking.evidence import EvidenceParameters
from edge.tracking.person import PeopleParameters
from edge.tracking.visibility import VisibilityParameters

if TYPE_CHECKING:
    from edge.config.sections import Settings

_EXIT_SHARE = 0.75
"""A person is left below this share of the score that one enters with."""
_EVIDENCE = EvidenceParameters(enter=0.36, enough=0.5, doubt=0.15, exit=0.3)
_WHOLE_EVIDENCE_SCORE = 0.2
"""Whoever asks for people with lower scores asks for less evidence, too."""


def people_parameters(settings: Settings) -> PeopleParameters:
    """How people are followed and smoothed."""
    own, pose = settings[TrackingSettings], settings[PoseSettings]
    return PeopleParameters(
        max_gap_s=own.max_gap_s,
        smoothing=smoothing_parameters(settings),
        visibility=VisibilityParameters(
            own.score_window_s if own.smoothing else 0.0, own.keypoint_enter, own.keypoint_exit, own.keypoint_hold_s
        ),
        enter_score=pose.score_threshold,
        exit_score=pose.score_threshold * _EXIT_SHARE,
        evidence=evidence_parameters(pose.score_threshold),
        most=pose.max_people,
    )


def evidence_parameters(score_threshold: float) -> EvidenceParameters:
    """What must speak for a person, for a threshold of the mean score; nothing at 0."""
    return _EVIDENCE.part(min(score_threshold / _WHOLE_EVIDENCE_SCORE, 1.0))


def crop_parameters(settings: Settings) -> CropParameters:
    """How the crop follows a person."""
    own = settings[TrackingSettings]
    return CropParameters(slack=own.crop_slack, hold_s=own.crop_hold_s)
