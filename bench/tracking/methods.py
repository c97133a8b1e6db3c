"""What is compared: nothing at all, two published ways, and Edge's own tracker.

A method is asked where to look and then shown what the model saw there; it answers with what it would publish.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from edge.tasks.pose.observer import PoseTraits
from edge.tasks.pose.sight import Sight
from edge.tasks.pose.tracker import PoseTracker
from edge.tracking.crop import CropParameters, next_crop
from edge.tracking.geometry import columns, extent
from edge.tracking.person import PeopleParameters
from edge.types import FULL_FRAME, Box

if TYPE_CHECKING:
    from edge.types import FloatArray

Picture = tuple[int, int]
MIN_SCORE = 0.2


@dataclass(frozen=True, slots=True)
class Shown:
    """``keypoints`` ``(17, 3) float32`` as published, ``shown``: which of them count as seen."""

    keypoints: FloatArray
    shown: tuple[bool, ...]


class Method(Protocol):
    """One way from observations to results."""

    @property
    def crop(self) -> Box | None:
        """Where the model is to look next; None: in the whole picture."""
        ...

    def closer(self, keypoints: FloatArray, time_s: float, picture: Picture) -> Box | None:
        """Where the model is to look again in the same picture before that is taken in; None: nowhere."""
        ...

    def see(self, keypoints: FloatArray, time_s: float, picture: Picture) -> Shown | None:
        """Take what the model saw, ``(17, 3)`` normalised; None: nobody is there."""
        ...


class Raw:
    """The model as it is; the crop follows it."""

    def __init__(self) -> None:
        self.crop: Box | None = None

    def closer(self, keypoints: FloatArray, time_s: float, picture: Picture) -> Box | None:  # noqa: ARG002
        """Never."""
        return None

    def see(self, keypoints: FloatArray, time_s: float, picture: Picture) -> Shown | None:  # noqa: ARG002
        """Publish what was seen."""
        self.crop = whole_crop(keypoints, picture)
        return Shown(keypoints, tuple((keypoints[:, 2] >= MIN_SCORE).tolist()))


class Sample(Raw):
    """The TensorFlow sample for the Raspberry Pi: no smoothing, and a crop that forgets arms and legs.

    Its body range is that of the right hip, whatever keypoint it means to measure.
    """

    def see(self, keypoints: FloatArray, time_s: float, picture: Picture) -> Shown | None:
        """Publish what was seen."""
        shown = super().see(keypoints, time_s, picture)
        self.crop = torso_crop(keypoints, picture)
        return shown


def whole_crop(keypoints: FloatArray, picture: Picture) -> Box | None:
    """The crop as published with MoveNet: the reach of torso and body."""
    person = columns(keypoints)
    return next_crop(person, extent(person, MIN_SCORE), picture, FULL_FRAME)


def torso_crop(keypoints: FloatArray, picture: Picture) -> Box | None:
    """The crop of the sample: the torso's reach alone."""
    torso = keypoints.copy()
    torso[[index for index in range(17) if index not in {5, 6, 11, 12}], 2] = 0
    return whole_crop(torso, picture)


@dataclass(frozen=True, slots=True)
class TfjsConstants:
    """Those published with MoveNet for TensorFlow.js; frequencies in Hz, coordinates normalised to the picture."""

    min_cutoff_hz: float = 2.5
    beta: float = 300.0
    derivative_cutoff_hz: float = 2.5
    threshold_cutoff: float = 0.5
    threshold_beta: float = 5.0
    crop_weight: float = 0.9


class Tfjs(Raw):
    """A One Euro filter on normalised coordinates whose large steps count less, and a low-passed crop.

    The way of tfjs-models (pose-detection, MoveNet): speed is taken from raw values, a step from the filtered value
    goes through ``t * asinh(step / t)``.
    """

    def __init__(self, constants: TfjsConstants | None = None) -> None:
        super().__init__()
        self._constants = constants or TfjsConstants()
        self._value: FloatArray | None = None
        self._raw: FloatArray | None = None
        self._speed: FloatArray | None = None
        self._time_s = 0.0

    def see(self, keypoints: FloatArray, time_s: float, picture: Picture) -> Shown | None:
        """Filter, publish, and move the crop."""
        smooth = keypoints.copy()
        smooth[:, :2] = self._filtered(keypoints[:, :2].copy(), time_s)
        found = whole_crop(smooth, picture)
        self.crop = self._eased(found)
        return Shown(smooth, tuple((smooth[:, 2] >= MIN_SCORE).tolist()))

    def _filtered(self, raw: FloatArray, time_s: float) -> FloatArray:
        c, step_s = self._constants, time_s - self._time_s
        self._time_s = time_s
        if self._value is None or self._raw is None or self._speed is None:
            self._value, self._raw, self._speed = raw, raw, np.zeros_like(raw)
            return raw
        speed = (raw - self._raw) / np.float32(step_s)
        self._speed = self._speed + _weight(c.derivative_cutoff_hz, step_s) * (speed - self._speed)
        pace = np.abs(self._speed)
        weight = _weight(np.float32(c.min_cutoff_hz) + np.float32(c.beta) * pace, step_s)
        threshold = np.float32(c.threshold_cutoff) + np.float32(c.threshold_beta) * pace
        self._value = self._value + weight * threshold * np.arcsinh((raw - self._value) / threshold)
        self._raw = raw
        return self._value

    def _eased(self, found: Box | None) -> Box | None:
        if found is None or self.crop is None:
            return found
        weight, old = self._constants.crop_weight, self.crop
        return Box(
            old.x + weight * (found.x - old.x),
            old.y + weight * (found.y - old.y),
            old.width + weight * (found.width - old.width),
            old.height + weight * (found.height - old.height),
        )


class Ours:
    """Edge's tracker, as the appliance runs it."""

    def __init__(self, people: PeopleParameters | None = None, crop: CropParameters | None = None) -> None:
        self._tracker = PoseTracker(people or PeopleParameters(), crop or CropParameters(), PoseTraits(is_single=True))

    @property
    def crop(self) -> Box | None:
        """Where the model is to look next; None: in the whole picture."""
        return self._tracker.aims()[0].crop

    def closer(self, keypoints: FloatArray, time_s: float, picture: Picture) -> Box | None:
        """Once at somebody new."""
        aim = self._tracker.closer(self._tracker.aims()[0], [keypoints], time_s, picture, FULL_FRAME)
        return aim.crop if aim else None

    def see(self, keypoints: FloatArray, time_s: float, picture: Picture) -> Shown | None:
        """Steady what was seen."""
        found = self._tracker.update([Sight(keypoints, self._tracker.aims()[0])], time_s, picture, FULL_FRAME)
        return Shown(found[0].keypoints, found[0].seen) if found else None


def _weight(cutoff_hz: float | FloatArray, step_s: float) -> FloatArray:
    turns = 2 * np.pi * np.asarray(cutoff_hz, np.float32) * step_s
    return np.asarray(turns / (turns + 1), np.float32)
