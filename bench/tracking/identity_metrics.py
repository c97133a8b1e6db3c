"""Whom a tracker takes for whom: pure functions on the ids it gives to the people of the truth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Assignment = "Mapping[int, int]"
"""For one frame: the tracker's id of each person of the truth that was reported."""


@dataclass(frozen=True, slots=True)
class Switch:
    """The frame in which the person ``person`` got an id that had been another person's."""

    frame: int
    person: int
    came_from: int


def histories(frames: Sequence[Mapping[int, int]]) -> dict[int, list[tuple[int, int]]]:
    """For each person of the truth the frames it was reported in, with the id it had."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for index, frame in enumerate(frames):
        for person, identity in frame.items():
            found[person].append((index, identity))
    return dict(found)


def switches(frames: Sequence[Mapping[int, int]]) -> list[Switch]:
    """Every change of a person's id to one that belonged to somebody else before."""
    owners: dict[int, int] = {}
    found: list[Switch] = []
    last: dict[int, int] = {}
    for index, frame in enumerate(frames):
        for person, identity in frame.items():
            owner = owners.get(identity, person)
            if owner != person and last.get(person) != identity:
                found.append(Switch(index, person, owner))
        for person, identity in frame.items():
            owners[identity] = last_owner = person
            last[last_owner] = identity
    return found


def without_swaps(found: Sequence[Switch], within_frames: float) -> list[Switch]:
    """Leave out the second half of each swap: the same two people within so many frames."""
    kept: list[Switch] = []
    for switch in found:
        pair = {switch.person, switch.came_from}
        halves = [one for one in kept if {one.person, one.came_from} == pair and one.person != switch.person]
        if not any(switch.frame - half.frame <= within_frames for half in halves):
            kept.append(switch)
    return kept


def fragments(frames: Sequence[Mapping[int, int]]) -> int:
    """Changes of a person's id, to whatever other id, over all people."""
    return sum(
        before != after for history in histories(frames).values() for (_, before), (_, after) in pairwise(history)
    )
