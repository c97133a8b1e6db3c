"""Looking at a frame: at everybody known, where they are, and for newcomers now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.pose.finder import Finder, Search, box_of
from edge.tasks.pose.sharing import Sharing
from edge.tasks.pose.sight import Sight
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from edge.tasks.pose.sight import Aim, Looks
    from edge.tasks.pose.tracker import PoseTracker


class Attention:
    """Decides at what of a frame a model looks; with one that sees everybody at once, at all of the region."""

    def __init__(self, tracker: PoseTracker) -> None:
        self._tracker = tracker
        self._sharing = Sharing()
        self._finder = Finder()
        self.waiting: frozenset[int] = frozenset()
        """The keys of those for whom there was no time."""

    def restart(self) -> None:
        """Another stream begins."""
        self._sharing.restart()
        self._finder.restart()

    def look(self, looks: Looks, period_s: float) -> list[Sight]:
        """Look at what of the frame is worth it; ``period_s`` is how far apart frames are wanted, 0 for all.

        Raises:
            ModelError: the model failed, see :class:`edge.tasks.common.observer.Observer`.
        """
        tracker, time_s = self._tracker, looks.frame.timestamp_ns / NS_PER_S
        self._sharing.begin(looks.frame, period_s)
        self.waiting = frozenset()
        search = Search(looks, tracker.least_scores)
        if tracker.is_several and tracker.may_be_all:
            return list(search.everybody(looks.look.most))
        aims = tracker.aims()
        due = self._sharing.due(aims)
        if len(due) < len(aims):
            self.waiting = frozenset(aim.key for aim in aims) - {aim.key for aim in due}
        sights = [sight for aim in due for sight in self._at(looks, aim, time_s)]
        if tracker.is_several:
            if len(sights) > 1:
                self._tell_apart(looks, sights, time_s)
            sights += self._newcomers(search, sights)
        self._sharing.took(looks.mean_ms)
        return sights

    def _at(self, looks: Looks, aim: Aim, time_s: float) -> list[Sight]:
        """Whoever is seen there, or closer by."""
        people = looks.at(aim)
        closer = self._tracker.closer(aim, people, time_s, looks.frame.size, looks.look.region)
        if closer is not None:
            aim, people = closer, looks.at(closer)
        return [Sight(person, aim) for person in people]

    def _tell_apart(self, looks: Looks, sights: list[Sight], time_s: float) -> None:
        """Where two looks show one person look again for the other, with the first hidden."""
        for key in self._tracker.mistaken(sights, time_s, looks.frame.size):
            number = next(number for number, sight in enumerate(sights) if sight.aim.key == key)
            hidden = tuple(box_of(sight.keypoints) for sight in sights if sight.aim.key != key)
            aim = sights[number].aim._replace(hidden=hidden)
            sights[number] = Sight(looks.at(aim)[0], aim)

    def _newcomers(self, search: Search, sights: list[Sight]) -> list[Sight]:
        """Somebody nobody has looked for, at most one and seldom."""
        if not (self._finder.is_due(search.looks, self._tracker.believed) and self._tracker.has_room):
            return []
        found = self._finder.next(search, self._tracker.known(sights, self.waiting))
        return [] if found is None else [found]
