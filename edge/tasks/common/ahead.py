"""Beginning with the next frame before it is known what this one's answer means: for streams that wait for nobody.

A model that has answered waits while its answer is tracked and the next frame is drawn into its input. Where the next
frame is there already, as in a file that is played as fast as it can be, it is drawn while the model runs, and the
model goes on with it at once; what is known of this frame is followed up beside that run. So a model that follows
somebody looks at where that one was expected in the frame before.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from edge.tasks.common.observer import Observer
from edge.tracking.geometry import iou

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tasks.common.look import Look
    from edge.tasks.common.observer import Observation
    from edge.types import Frame

_LEAST_IOU = 0.7
"""A crop that overlaps less with that of the frame before shows something else, and is looked at anew."""

_TraitsT_co = TypeVar("_TraitsT_co", covariant=True)
_ValuesT_co = TypeVar("_ValuesT_co", covariant=True)
_TraitsT = TypeVar("_TraitsT")
_ValuesT = TypeVar("_ValuesT")


@runtime_checkable
class StagingObserver(Observer[_TraitsT_co, _ValuesT_co], Protocol[_TraitsT_co, _ValuesT_co]):
    """A model that can be shown the next frame while it runs on this one."""

    def stage(self, frame: Frame, look: Look, /) -> Callable[[], Observation[_ValuesT_co]] | None:
        """Draw what is looked at; the rest of ``observe``, for the thread in which the model runs.

        Two may wait to be run, in their order. None where this model cannot.
        """
        ...


class Upcoming:
    """The frame that will be processed after this one; None where there is none, or nobody knows."""

    def __init__(self) -> None:
        self.frame: Frame | None = None


class _Run(NamedTuple, Generic[_ValuesT]):
    """A frame that the model has been given, where it was told to look, and what it will have said."""

    frame: Frame
    look: Look
    answer: Future[Observation[_ValuesT]]

    def serves(self, frame: Frame, look: Look) -> bool:
        """Whether this is what is asked for, as nearly as can be known a frame before."""
        if frame is not self.frame or look._replace(crop=None) != self.look._replace(crop=None):
            return False
        if look.crop is None or self.look.crop is None:
            return look.crop is self.look.crop
        return iou(look.crop, self.look.crop) >= _LEAST_IOU


class AheadObserver(Generic[_TraitsT, _ValuesT]):
    """A model with a thread of its own, which is given each frame when the one before is asked for.

    It runs ahead where each frame is looked at, once: beside several looks, or where frames are left out, what was
    begun would be in vain. That hangs on the frames alone, not on how fast anything is.
    """

    def __init__(self, observer: StagingObserver[_TraitsT, _ValuesT], upcoming: Upcoming) -> None:
        self._observer = observer
        self._upcoming = upcoming
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inference")
        self._begun: _Run[_ValuesT] | None = None
        self._last_number, self._looks, self._is_steady = -1, 0, False

    @property
    def traits(self) -> _TraitsT:
        """Those of the model."""
        return self._observer.traits

    def reset(self) -> None:
        """Forget everything seen."""
        self._drop()
        self._observer.reset()

    def observe(self, frame: Frame, look: Look) -> Observation[_ValuesT]:
        """What the model says of a part of a frame, or of nearly the same part.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        self._count(frame)
        run = self._taken(frame, look) or self._begin(frame, look)
        if run is None:
            return self._observer.observe(frame, look)
        following = self._upcoming.frame
        if self._is_steady and self._begun is None and following is not None and _continues(following, frame):
            self._begun = self._begin(following, look)
        return run.answer.result()

    def _count(self, frame: Frame) -> None:
        """Note whether each frame is looked at, and once."""
        if frame.number != self._last_number:
            self._is_steady = self._looks == 1 and frame.number == self._last_number + 1
            self._last_number, self._looks = frame.number, 0
        self._looks += 1

    def _taken(self, frame: Frame, look: Look) -> _Run[_ValuesT] | None:
        """What was begun, if that is it; what is of a later frame still waits."""
        begun = self._begun
        if begun is None or begun.frame.number > frame.number:
            return None
        if not begun.serves(frame, look):
            self._looks += 1  # not steady
            self._drop()
            return None
        self._begun = None
        return begun

    def _begin(self, frame: Frame, look: Look) -> _Run[_ValuesT] | None:
        run = self._observer.stage(frame, look)
        return None if run is None else _Run(frame, look, self._thread.submit(run))

    def _drop(self) -> None:
        """Wait for what is begun: what it was drawn into is needed again."""
        if self._begun is not None:
            wait((self._begun.answer,))
            self._begun = None


def _continues(following: Frame, frame: Frame) -> bool:
    return (following.segment, following.size) == (frame.segment, frame.size)
