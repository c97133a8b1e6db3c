"""Faces that stay who they are, and meshes that do not shake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.tasks.common.settings import TrackingSettings
from edge.tasks.face.boxes import box_of
from edge.tasks.face.mesh_smoother import MeshSmoother, MeshSmoothing
from edge.tracking.geometry import iou
from edge.tracking.identities import Identities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.sections import Settings
    from edge.types import Box, FloatArray

_SAME_FACE = 0.1
"""Boxes of one face, from one look to the next, overlap by so much at least."""


@dataclass(frozen=True, slots=True)
class TrackerParameters:
    """``max_gap_s``: how long a face may be unseen and still be the same. ``smoothing`` None: as the model says."""

    max_gap_s: float
    smoothing: MeshSmoothing | None


def tracker_parameters(settings: Settings) -> TrackerParameters:
    """How faces are followed and smoothed, as people are."""
    own = settings[TrackingSettings]
    smoothing = MeshSmoothing(own.min_cutoff_hz, own.beta, own.derivative_cutoff_hz)
    return TrackerParameters(own.max_gap_s, smoothing if own.smoothing else None)


class FaceTracker:
    """Gives faces their ids: a face is the one whose box it overlaps most."""

    def __init__(self, parameters: TrackerParameters) -> None:
        self._identities = Identities(least=_SAME_FACE, max_gap_s=parameters.max_gap_s)
        self.forget()
        self.tune(parameters)

    def tune(self, parameters: TrackerParameters) -> None:
        """Go on with other parameters; faces stay who they are."""
        self._smoothing = parameters.smoothing
        self._identities.max_gap_s = parameters.max_gap_s

    def forget(self) -> None:
        """Drop all faces, for instance after a cut; ids go on."""
        self._identities.forget()
        self._boxes: dict[int, Box] = {}
        self._smoothers: dict[int, MeshSmoother] = {}

    def restart(self) -> None:
        """Drop all faces and count from 1 again, for another subject."""
        self.forget()
        self._identities.restart()

    def update(
        self, meshes: Sequence[FloatArray] | FloatArray, time_s: float, picture: tuple[int, int]
    ) -> list[tuple[int, FloatArray]]:
        """The id and the steady mesh of each ``(points, 3)`` mesh, normalised to ``picture``, height and width."""
        boxes = [box_of(mesh) for mesh in meshes]
        ids = self._identities.update(len(boxes), lambda row, known, _: iou(boxes[row], self._boxes[known]), time_s)
        self._boxes |= dict(zip(ids, boxes, strict=True))
        self._boxes = {one: self._boxes[one] for one in self._identities.known}
        self._smoothers = {one: self._smoothers.get(one) or MeshSmoother() for one in self._boxes}
        return [
            (one, self._smoothers[one].update(mesh, box, time_s, picture, self._smoothing))
            for one, mesh, box in zip(ids, meshes, boxes, strict=True)
        ]
