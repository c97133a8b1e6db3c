"""What a pose model needs around it: people who stay who they are, steady, and where to look next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from edge.tasks.pose.finder import LeastScores
from edge.tasks.pose.sight import Aim
from edge.tracking.crop import MIN_SCORE, CropFollower, CropParameters, next_crop
from edge.tracking.geometry import extent
from edge.tracking.people import PeopleTracker

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from edge.tasks.pose.observer import PoseTraits
    from edge.tasks.pose.sight import Sight
    from edge.tracking.person import PeopleParameters, TrackedPerson
    from edge.types import Box, FloatArray, ImageArray

_LOOKS_AGAIN_AFTER_S = 1.0
_NOBODY = 0
"""The key of nobody known."""


class PoseTracker:
    """People and, for a model of a single person, a crop for each. Scores and places are normalised to the picture."""

    def __init__(self, people: PeopleParameters, crop: CropParameters, traits: PoseTraits) -> None:
        self._people = PeopleTracker(people, single=_is_alone(people, traits))
        self._followers = {_NOBODY: CropFollower(crop)}
        self._lost: set[int] = set()
        """Who was not seen when last looked for."""
        self._looked_again_s = -math.inf
        self.tune(people, crop, traits)

    @property
    def is_several(self) -> bool:
        """Whether the model sees one at a time of several people."""
        return self._traits.is_single and self._most > 1

    @property
    def may_be_all(self) -> bool:
        """Whether the next picture may be the only one."""
        return self._people.may_be_all

    @property
    def has_room(self) -> bool:
        """Whether somebody else would be followed."""
        return len(self._people.keys) < self._most

    @property
    def believed(self) -> int:
        """How many people are believed to be there, or were a moment ago."""
        return self._people.believed

    def aims(self) -> list[Aim]:
        """Where to look: of a model of a single person for each who is followed, else in all of the region."""
        if not self._traits.is_single:
            return [Aim()]
        keys = self._people.keys[: self._most]
        followed = [key for key in keys if key not in self._lost or self._followers[key].crop is not None]
        return [self._aim(key) for key in followed] or [self._aim(keys[-1] if keys else _NOBODY)]

    def known(self, sights: Sequence[Sight], waiting: Collection[int]) -> list[FloatArray]:
        """Everybody who is known to be in the picture, by what was seen of it so far, ``(17, 3)`` each."""
        last = (self._people.last(key) for key in waiting)
        return [
            *(found.keypoints for found in self._people.best(sight.keypoints for sight in sights)),
            *(person.keypoints for person in last if person is not None),
        ]

    def _aim(self, key: int) -> Aim:
        crop = self._followers[key].crop
        if crop is not None and key not in self._lost:
            return Aim(key, crop)
        others = (self._people.last(other) for other in self._people.keys if other not in {key, *self._lost})
        return Aim(key, crop, tuple(person.box for person in others if person is not None))

    def closer(
        self, aim: Aim, people: Iterable[FloatArray], time_s: float, picture: tuple[int, int], region: Box
    ) -> Aim | None:
        """Where to look again in the same picture: at somebody who was found in all of it, and so not well; or None.

        Not more often than once a second, so that somebody who is only found from afar costs little.
        """
        has_looked = aim.crop is not None or time_s - self._looked_again_s < _LOOKS_AGAIN_AFTER_S
        if has_looked or not self._traits.is_single:
            return None
        found = self._people.best(people)
        if not found:
            return None
        self._looked_again_s = time_s
        person = found[0].columns
        crop = next_crop(person, extent(person, MIN_SCORE), picture, region)
        return None if crop is None else aim._replace(crop=crop)

    def mistaken(self, sights: Sequence[Sight], time_s: float, picture: tuple[int, int]) -> list[int]:
        """The keys of those instead of whom somebody else was seen, who is looked for, too."""
        people, sought = [one.keypoints for one in sights], [one.aim.key for one in sights]
        return self._people.mistaken(people, sought, time_s, picture)

    def tune(self, people: PeopleParameters, crop: CropParameters, traits: PoseTraits) -> None:
        """Go on with other parameters or another model; people stay who they are."""
        self._people.tune(people, single=_is_alone(people, traits))
        self._most = people.most
        self.least_scores = LeastScores(people.exit_score, people.enter_score)
        self._crop = crop
        for follower in self._followers.values():
            follower.parameters = crop
        self._traits = traits

    def look_everywhere(self) -> None:
        """Begin with all of the picture again; people stay who they are."""
        for follower in self._followers.values():
            follower.forget()
        self._looked_again_s = -math.inf

    def forget(self) -> None:
        """Drop all people, for instance after a cut; ids go on."""
        self._people.forget()
        self._followers = {_NOBODY: self._followers[_NOBODY]}
        self._lost.clear()
        self.look_everywhere()

    def restart(self) -> None:
        """Drop all people and count from 1 again, for another subject."""
        self._people.restart()
        self.forget()

    def update(
        self,
        sights: Sequence[Sight],
        time_s: float,
        picture: tuple[int, int],
        region: Box,
        *,
        waiting: Collection[int] = (),
        clothes: Callable[[], ImageArray | None] = lambda: None,
    ) -> tuple[TrackedPerson, ...]:
        """The people who were seen where :meth:`aims` told to look, and those who are ``waiting``; best first.

        ``clothes`` says what those of ``sights`` wear, as :class:`PeopleTracker` asks it.
        """
        quanta_px = [self._quantum_px(one.aim.crop or region, picture) for one in sights]
        people, sought = [one.keypoints for one in sights], [one.aim.key for one in sights]
        found = self._people.update(
            people, time_s, picture, quanta_px, sought=sought, waiting=waiting, clothes=clothes, region=region
        )
        if self._traits.is_single:
            seen = {person.key: person for person in (*found, *self._people.doubted) if person.key not in waiting}
            self._follow(seen, waiting, time_s, picture, region)
        else:  # another model may go on with these people
            self._know(self._people.keys)
            self.look_everywhere()
        return found

    def _quantum_px(self, looked_at: Box, picture: tuple[int, int]) -> float:
        return self._traits.quantum * max(looked_at.height * picture[0], looked_at.width * picture[1])

    def _follow(
        self,
        seen: dict[int, TrackedPerson],
        waiting: Collection[int],
        time_s: float,
        picture: tuple[int, int],
        region: Box,
    ) -> None:
        self._know(self._people.keys)
        for key, follower in self._followers.items():
            if key in seen:
                person = seen[key]
                self._lost.discard(key)
                follower.follow(person.columns, person.reach, person.pace_px_s, time_s, picture=picture, region=region)
            elif key not in waiting:
                self._lost.add(key)
                # Beside others the model would find those: the place where somebody was lost is the best there is.
                if not seen or key == _NOBODY:
                    follower.miss(time_s)

    def _know(self, keys: Collection[int]) -> None:
        """Have a follower for each person, and one for nobody known, which goes over to the first and back."""
        followers = self._followers
        for key in keys:
            if key not in followers:
                followers[key] = CropFollower(self._crop)
                if len(keys) == 1:
                    followers[key], followers[_NOBODY] = followers[_NOBODY], followers[key]
        for key in [key for key in followers if key not in keys and key != _NOBODY]:
            self._lost.discard(key)
            gone = followers.pop(key)
            if not keys:
                followers[_NOBODY] = gone


def _is_alone(people: PeopleParameters, traits: PoseTraits) -> bool:
    """Whether whoever is seen is the one person that there is for the model and the settings."""
    return traits.is_single and people.most == 1
