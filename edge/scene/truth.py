"""What is true of a rendered picture: who is where, doing what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from edge.types import Box, FloatArray

Action: TypeAlias = Literal[
    "stand",
    "walk",
    "wave",
    "clap",
    "jumping_jack",
    "squat",
    "punch",
    "sit_down",
    "sit",
    "stand_up",
    "fall",
    "lie",
    "get_up",
]
SceneClass: TypeAlias = Literal[
    "empty_room", "one_person", "several_people", "person_on_floor", "lights_off", "camera_covered"
]

ACTIONS: tuple[Action, ...] = get_args(Action)
SCENE_CLASSES: tuple[SceneClass, ...] = get_args(SceneClass)
FLOOR_ACTIONS: frozenset[Action] = frozenset({"fall", "lie", "get_up"})
"""What a person does who is on the floor, or about to be."""


class Visibility(IntEnum):
    """The third column of a keypoint, with the numbers COCO uses."""

    OUTSIDE = 0
    """Outside the frame or behind the camera."""
    OCCLUDED = 1
    """Inside the frame, behind the own body, another person or an object."""
    VISIBLE = 2


@dataclass(frozen=True, slots=True)
class PersonTruth:
    """One person with at least one keypoint inside the frame.

    ``keypoints`` is ``(17, 3) float32``: y, x, visibility (:class:`Visibility`), rows in the order of
    ``edge.tracking.keypoints.COCO_17``; y and x are normalised and exact also where occluded or outside the frame.
    ``box`` holds what the person's body covers, clothes and hair included, cut at the edges of the frame.
    ``on_floor`` is True of somebody who falls, lies or gets up while the neck is below 0.45 of the body's height.
    """

    id: int
    action: Action
    keypoints: FloatArray
    box: Box
    on_floor: bool


@dataclass(frozen=True, slots=True)
class SceneTruth:
    """All that is true at ``time_s``; ``people`` in the order of their ids, ``caption`` says it for a person."""

    people: tuple[PersonTruth, ...]
    scene_class: SceneClass
    time_s: float
    caption: str


_SEEN_FROM = 3


def scene_class_of(people: tuple[PersonTruth, ...], *, darkness: float, covered: float) -> SceneClass:
    """The class of a picture; somebody counts once 3 keypoints are visible."""
    if covered > 0.5:
        return "camera_covered"
    if darkness > 0.5:
        return "lights_off"
    seen = [person for person in people if (person.keypoints[:, 2] == Visibility.VISIBLE).sum() >= _SEEN_FROM]
    if any(person.on_floor for person in seen):
        return "person_on_floor"
    return "empty_room" if not seen else "one_person" if len(seen) == 1 else "several_people"
