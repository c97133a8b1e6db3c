"""Several people in a stream: how many are found and how well, who is taken for whom, and how long a newcomer waits."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bench.people.gathering import FPS
from bench.people.matching import FOUND_FROM, matches
from bench.tracking.identity_metrics import fragments, switches, without_swaps
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bench.people.matching import Somebody
    from edge.tasks.pose.result import Pose
    from edge.types import Frame

AWAY_S = 1.0
"""Whoever was not there for so long is a newcomer; shorter stays are left out of the waits."""
_SWAP_S = 1.0


class Task(Protocol):
    """Finds people, as :class:`bench.people.counted.CountedPose` does."""

    @property
    def runs(self) -> int:
        """How often its models have run so far."""
        ...

    def detect(self, frame: Frame, /) -> tuple[Pose, ...]:
        """Whom it shows."""
        ...


@dataclass(frozen=True, slots=True)
class StreamFigures:
    """Of everybody there in every frame looked at: ``recall`` the share with an OKS of 0.5 or more, ``oks`` the mean.

    ``switches``: two who swap their ids count once; ``fragments``: changes of an id to any other. ``others`` are shown
    beside those found so, in each frame. ``runs`` of models for each frame looked at; ``dropped`` the share of frames
    not looked at. ``newcomers`` came in for at least a second, ``missed`` of them were never found, the others after
    ``wait_s`` (median) and ``longest_wait_s``.
    """

    recall: float
    oks: float
    switches: int
    fragments: int
    others: float
    runs: float
    dropped: float
    newcomers: int
    missed: int
    wait_s: float
    longest_wait_s: float


class Seen(NamedTuple):
    """How well somebody is found in a frame, and with which id; None: not found."""

    oks: float
    id: int | None


@dataclass(slots=True)
class Stay:
    """Of somebody: from when to when, and since when found."""

    begin_s: float
    end_s: float
    found_s: float | None = None


@dataclass(slots=True)
class Watch:
    """Shows a task the frames of a stream and notes what comes of it.

    With ``run_ms`` the task is busy for so long with each run of a model; frames come on, the newest waits, and those
    before it are dropped. Without it there is time for everything.
    """

    task: Task
    run_ms: float = 0.0
    seen: list[dict[int, Seen]] = field(default_factory=list)
    """For each frame that was looked at, of everybody there."""
    stays: dict[int, list[Stay]] = field(default_factory=dict)
    _others: int = 0
    _offered: int = 0
    _free_s: float = 0.0
    _waiting: tuple[Frame, Mapping[int, Somebody]] | None = None

    def offer(self, frame: Frame, people: Mapping[int, Somebody]) -> None:
        """The next frame, and who is there."""
        now_s = frame.timestamp_ns / NS_PER_S
        self._offered += 1
        if self._waiting and self._free_s <= now_s:
            waiting, self._waiting = self._waiting, None
            self._look(*waiting, self._free_s)
        if self._free_s <= now_s:
            self._look(frame, people, now_s)
        else:
            self._waiting = frame, people

    def figures(self) -> StreamFigures:
        """What came of it so far."""
        there = [one.oks for frame in self.seen for one in frame.values()]
        ids = [{person: one.id for person, one in frame.items() if one.id is not None} for frame in self.seen]
        stays = [stay for stays in self.stays.values() for stay in stays if stay.end_s - stay.begin_s >= AWAY_S]
        waits_s = [stay.found_s - stay.begin_s for stay in stays if stay.found_s is not None]
        return StreamFigures(
            recall=statistics.fmean(oks >= FOUND_FROM for oks in there),
            oks=statistics.fmean(there),
            switches=len(without_swaps(switches(ids), round(_SWAP_S * FPS))),
            fragments=fragments(ids),
            others=self._others / len(self.seen),
            runs=self.task.runs / len(self.seen),
            dropped=1 - len(self.seen) / self._offered,
            newcomers=len(stays),
            missed=len(stays) - len(waits_s),
            wait_s=statistics.median(waits_s) if waits_s else 0.0,
            longest_wait_s=max(waits_s, default=0.0),
        )

    def _look(self, frame: Frame, people: Mapping[int, Somebody], at_s: float) -> None:
        before = self.task.runs
        shown = self.task.detect(frame)
        self._free_s = at_s + (self.task.runs - before) * self.run_ms / 1000
        seen: dict[int, Seen] = {}
        for person, match in zip(people, matches(list(people.values()), shown, frame.size), strict=True):
            found = match.found if match.oks >= FOUND_FROM else None
            seen[person] = Seen(match.oks, None if found is None else shown[found].id)
        self._others += len(shown) - sum(one.id is not None for one in seen.values())
        self.seen.append(seen)
        self._note_stays(seen, frame.timestamp_ns / NS_PER_S)

    def _note_stays(self, seen: Mapping[int, Seen], time_s: float) -> None:
        for person, one in seen.items():
            stays = self.stays.setdefault(person, [])
            if not stays or time_s - stays[-1].end_s > AWAY_S:
                stays.append(Stay(time_s, time_s))
            stays[-1].end_s = time_s
            if one.id is not None and stays[-1].found_s is None:
                stays[-1].found_s = time_s


def judge_stream(
    watches: Sequence[Watch], frames: Iterable[tuple[Frame, Mapping[int, Somebody]]]
) -> list[StreamFigures]:
    """The same frames for all."""
    for frame, people in frames:
        for watch in watches:
            watch.offer(frame, people)
    return [watch.figures() for watch in watches]
