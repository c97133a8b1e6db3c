"""Looks at a frame: for whom, where, and what was seen there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from edge.tasks.common.look import Look
    from edge.tasks.pose.observer import PoseObserver
    from edge.types import Backend, Box, FloatArray, Frame


class Aim(NamedTuple):
    """Where to look for whom.

    ``key`` is a person's, see :class:`edge.tracking.people.PeopleTracker`, or 0: nobody known. ``crop`` None: in all of
    the region. ``hidden`` is where others are.
    """

    key: int = 0
    crop: Box | None = None
    hidden: tuple[Box, ...] = ()


class Sight(NamedTuple):
    """What was seen of one person, ``(17, 3)``: y, x, score, normalised to the frame, and where it was looked for."""

    keypoints: FloatArray
    aim: Aim


class Looks:
    """All looks of a model at one frame, which may be several."""

    def __init__(self, observer: PoseObserver, frame: Frame, look: Look) -> None:
        self._observer = observer
        self.frame, self.look = frame, look
        self.count = 0
        self.inference_ms = 0.0
        """The time of all of them."""
        self.backend: Backend = "cpu"
        """Of the last."""
        self.details: tuple[object, ...] = ()

    @property
    def mean_ms(self) -> float:
        """The time of one of them."""
        return self.inference_ms / self.count if self.count else 0.0

    def at(self, aim: Aim) -> FloatArray:
        """The people seen there, ``(n, 17, 3)``.

        Raises:
            ModelError: the model failed, see :class:`edge.tasks.common.observer.Observer`.
        """
        seen = self._observer.observe(self.frame, self.look._replace(crop=aim.crop, hidden=aim.hidden))
        self.count += 1
        self.inference_ms += seen.inference_ms
        self.backend, self.details = seen.backend, seen.details
        return seen.values
