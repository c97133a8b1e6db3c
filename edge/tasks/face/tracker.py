"""Faces that stay who they are, and meshes that do not shake."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot
from typing import TYPE_CHECKING

from edge.tasks.common.place_boxes import extent_of
from edge.tasks.common.settings import TrackingSettings
from edge.tasks.face.mesh_smoother import MeshSmoother, MeshSmoothing
from edge.tracking.geometry import box_around
from edge.tracking.identities import Identities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.sections import Settings
    from edge.tracking.geometry import Extent
    from edge.types import FloatArray

_REACH, _REACH_A_SECOND = 0.15, 4.0
"""How far a face gets, in sizes of the smaller: at once, as models err, and with time."""
_FARTHEST = 2.0
"""Nobody gets so many times as far."""
_LEAST_SIZE_PX = 1.0


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
    """Gives faces their ids: a face is the one that was so near so lately that it can be this."""

    def __init__(self, parameters: TrackerParameters) -> None:
        self._identities = Identities(least=0.0, max_gap_s=parameters.max_gap_s)
        self.forget()
        self.tune(parameters)

    def tune(self, parameters: TrackerParameters) -> None:
        """Go on with other parameters; faces stay who they are."""
        self._smoothing = parameters.smoothing
        self._identities.max_gap_s = parameters.max_gap_s

    def forget(self) -> None:
        """Drop all faces, for instance after a cut; ids go on."""
        self._identities.forget()
        self._extents: dict[int, Extent] = {}
        self._smoothers: dict[int, MeshSmoother] = {}

    def restart(self) -> None:
        """Drop all faces and count from 1 again, for another subject."""
        self.forget()
        self._identities.restart()

    def update(
        self, meshes: Sequence[FloatArray] | FloatArray, time_s: float, picture: tuple[int, int]
    ) -> list[tuple[int, FloatArray]]:
        """The id and the steady mesh of each ``(points, 3)`` mesh, normalised to ``picture``, height and width."""
        extents = [extent_of(mesh) for mesh in meshes]

        def likeness(number: int, one: int, gap_s: float) -> float:
            return _likeness(extents[number], self._extents[one], gap_s, picture)

        ids = self._identities.update(len(extents), likeness, time_s)
        self._extents |= dict(zip(ids, extents, strict=True))
        self._extents = {one: self._extents[one] for one in self._identities.known}
        self._smoothers = {one: self._smoothers.get(one) or MeshSmoother() for one in self._extents}
        return [
            (one, self._smoothers[one].update(mesh, box_around(extent), time_s, picture, self._smoothing))
            for one, mesh, extent in zip(ids, meshes, extents, strict=True)
        ]


def _likeness(face: Extent, last: Extent, gap_s: float, picture: tuple[int, int]) -> float:
    """How likely a face that was at ``last`` is this one after some time, 0..1.

    The density of a normal distribution that widens with time: whoever was seen just now and is near is likelier than
    one who was at this very place a while ago, and may be anywhere. Corners tell places and sizes apart at once.
    """
    height, width = picture
    size_px = min(max((one.right - one.left) * width, (one.bottom - one.top) * height) for one in (face, last))
    begin_px = hypot((face.left - last.left) * width, (face.top - last.top) * height)
    end_px = hypot((face.right - last.right) * width, (face.bottom - last.bottom) * height)
    reach = _REACH + _REACH_A_SECOND * gap_s
    apart = (begin_px + end_px) / 2 / (max(size_px, _LEAST_SIZE_PX) * reach)
    return exp(-(apart**2)) * (_REACH / reach) ** 2 if apart <= _FARTHEST else 0.0
