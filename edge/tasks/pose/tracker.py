"""What a pose model needs around it: people who stay who they are, steady, and where to look next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from edge.tracking.crop import MIN_SCORE, CropFollower, CropParameters, next_crop
from edge.tracking.geometry import extent
from edge.tracking.people import PeopleTracker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.tasks.pose.observer import PoseTraits
    from edge.tracking.person import PeopleParameters, TrackedPerson
    from edge.types import Box, FloatArray

_LOOKS_AGAIN_AFTER_S = 1.0


class PoseTracker:
    """People and, for a model of a single person, the crop. Scores and places are normalised to the picture."""

    def __init__(self, people: PeopleParameters, crop: CropParameters, traits: PoseTraits) -> None:
        self._people = PeopleTracker(people, single=traits.is_single)
        self._follower = CropFollower(crop)
        self._traits = traits
        self._looked_again_s = -math.inf

    @property
    def crop(self) -> Box | None:
        """Where to look next; None: in all of the region."""
        return self._follower.crop

    def closer(self, people: Iterable[FloatArray], time_s: float, picture: tuple[int, int], region: Box) -> Box | None:
        """Where to look again in the same picture: at somebody who was found in all of it, and so not well; or None.

        Not more often than once a second, so that somebody who is only found from afar costs little.
        """
        has_looked = self._follower.crop is not None or time_s - self._looked_again_s < _LOOKS_AGAIN_AFTER_S
        if has_looked or not self._traits.is_single:
            return None
        found = self._people.best(people)
        if not found:
            return None
        self._looked_again_s = time_s
        person = found[0].columns
        return next_crop(person, extent(person, MIN_SCORE), picture, region)

    def tune(self, people: PeopleParameters, crop: CropParameters, traits: PoseTraits) -> None:
        """Go on with other parameters or another model; people stay who they are."""
        self._people.tune(people, single=traits.is_single)
        self._follower.parameters = crop
        self._traits = traits

    def look_everywhere(self) -> None:
        """Begin with all of the picture again; people stay who they are."""
        self._follower.forget()
        self._looked_again_s = -math.inf

    def forget(self) -> None:
        """Drop all people, for instance after a cut; ids go on."""
        self._people.forget()
        self.look_everywhere()

    def restart(self) -> None:
        """Drop all people and count from 1 again, for another subject."""
        self._people.restart()
        self.look_everywhere()

    def update(
        self, people: Iterable[FloatArray], time_s: float, picture: tuple[int, int], region: Box
    ) -> tuple[TrackedPerson, ...]:
        """The people, each ``(17, 3)``, that were found where :attr:`crop` told to look; best first."""
        crop = self._follower.crop
        looked_at = crop or region
        side_px = max(looked_at.height * picture[0], looked_at.width * picture[1])
        found = self._people.update(people, time_s, picture, self._traits.quantum * side_px)
        followed = found or self._people.doubted
        if not self._traits.is_single:
            self._follower.forget()
        elif followed:
            person = followed[0]
            self._follower.follow(
                person.columns, person.reach, person.pace_px_s, time_s, picture=picture, region=region
            )
        else:
            self._follower.miss(time_s)
        return found
