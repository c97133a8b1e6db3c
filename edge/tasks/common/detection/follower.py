"""Things followed from frame to frame, each by a region of its own; a detector only where more are wanted.

After Zhang et al., "MediaPipe Hands: On-device Real-time Hand Tracking", 2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from edge.tasks.common.detection.search import part_of
from edge.tracking.geometry import iou
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from edge.tasks.common.detection.region import RotatedRegion
    from edge.tasks.common.detection.search import Search
    from edge.tasks.common.look import Look
    from edge.tasks.common.placement import Size
    from edge.types import Box, Frame

_LONGEST_GAP_S = 1.0
"""After a longer time nothing is where it was."""
_MORE_RUNS = 2
"""A search looks into so many regions more than things are wanted: what a detector is surest of may be none."""


class Seen(Protocol):
    """A thing, as its model sees it."""

    @property
    def next_region(self) -> RotatedRegion:
        """Where to look for it in the next frame."""
        ...


SeenT = TypeVar("SeenT", bound=Seen)


@dataclass(frozen=True, slots=True)
class Stages(Generic[SeenT]):
    """What a task has to say of its two models and of what they find.

    ``find`` has regions within a part of a frame, the surest first. ``look`` sees the thing in a region, as far as it
    lies within a part of the frame, or that there is none. ``distinct`` leaves out whatever is something before it;
    regions that overlap by more than ``same_region`` (IoU) are of one thing in the first place. What is not sure
    (``is_sure``) is followed, but does not keep the detector from going on as if it were not there.
    """

    find: Callable[[Frame, Box], Iterable[RotatedRegion]]
    look: Callable[[Frame, RotatedRegion, Box], SeenT | None]
    distinct: Callable[[list[SeenT], Size], list[SeenT]]
    same_region: float
    is_sure: Callable[[SeenT], bool] = lambda _: True


class RegionFollower(Generic[SeenT]):
    """What is followed costs a run of its model each; a search costs one for each that may be new, and few beyond."""

    def __init__(self, stages: Stages[SeenT], search: Search) -> None:
        self._stages, self._search = stages, search
        self.reset()

    def reset(self) -> None:
        """Forget where things were."""
        self._regions: list[RotatedRegion] = []
        self._search.restart()
        self._last_s, self._size = -inf, (0, 0)

    def follow(self, frame: Frame, look: Look) -> list[SeenT]:
        """What is there: what is there for sure comes first, and of that what was followed.

        Raises:
            ModelError: a model failed. ModelOutputError: what it answered is no number.
        """
        time_s = frame.timestamp_ns / NS_PER_S
        if frame.size != self._size or not 0 <= time_s - self._last_s <= _LONGEST_GAP_S:
            self.reset()
        self._last_s, self._size = time_s, frame.size
        seen = self._seen(frame, look, time_s)[: look.most]
        self._regions = [one.next_region for one in seen]
        return seen

    def _seen(self, frame: Frame, look: Look, time_s: float) -> list[SeenT]:
        known = self._regions[: look.most]
        found = (self._look(frame, region, look.region) for region in known)
        seen = self._sorted([one for one in found if one is not None], frame.size)
        self._search.count(time_s, is_lost=len(seen) < len(known))
        if missing := self._missing(seen, look):
            for place in self._search.places(time_s, anybody=missing < look.most):
                seen = self._with_newcomers(seen, frame, look, place)
        return seen

    def _with_newcomers(self, seen: list[SeenT], frame: Frame, look: Look, place: Box) -> list[SeenT]:
        """The same and what else is in a place of the region, those first that overlap least with what is known."""

        def overlap(region: RotatedRegion) -> float:
            box = region.upright(frame.size)
            return max((iou(box, one.next_region.upright(frame.size)) for one in seen), default=0.0)

        runs = self._missing(seen, look) + _MORE_RUNS
        regions = self._stages.find(frame, part_of(look.region, place)) if runs > _MORE_RUNS else ()
        for region in sorted(regions, key=overlap):
            if not (self._missing(seen, look) and runs):
                break
            if overlap(region) <= self._stages.same_region:
                runs -= 1
                newcomer = self._look(frame, region, look.region)
                seen = self._sorted([*seen, newcomer], frame.size) if newcomer is not None else seen
        return seen

    def _look(self, frame: Frame, region: RotatedRegion, bounds: Box) -> SeenT | None:
        """What is in a region, if it can be followed from there."""
        if not region.is_usable(frame.size):
            return None
        seen = self._stages.look(frame, region, bounds)
        return seen if seen is not None and seen.next_region.is_usable(frame.size) else None

    def _sorted(self, seen: list[SeenT], picture: Size) -> list[SeenT]:
        """The same, each once, the sure ones first."""
        return self._stages.distinct(sorted(seen, key=self._stages.is_sure, reverse=True), picture)

    def _missing(self, seen: list[SeenT], look: Look) -> int:
        """How many more are wanted than are there for sure."""
        return max(look.most - sum(map(self._stages.is_sure, seen)), 0)
