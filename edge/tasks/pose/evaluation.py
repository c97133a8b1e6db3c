"""How good pose is where keypoints are known: OKS, AP and AR as COCO counts them, and PDJ.

Two modes. ``picture``: whole pictures, as the appliance sees them; everybody in them is to be found. ``person``: the
square of 1.25 times the longer side of somebody's box, of whom at least 8 keypoints are labelled, in which one person
is looked for; how good the model is where somebody has been found.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from edge.tasks.common.evaluation.figure import Figure, mean_figure
from edge.tasks.common.evaluation.mode import Keypoints, Mode
from edge.tasks.pose.average_precision import (
    THRESHOLDS,
    Found,
    Matched,
    average_precision,
    average_recall,
    match,
    similarity,
)
from edge.tracking.association import best_pairs
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.tasks.common.evaluation.entry import Annotation, Entry
    from edge.tasks.common.evaluation.mode import Media, Truths
    from edge.tasks.pose.result import Pose, PoseResult
    from edge.types import FloatArray, Frame, ImageArray, Result

    People = Sequence[Annotation]

MEDIA: Media = "pictures"
_KEYS = {"score_threshold": 0.0, "max_rate_hz": 0.0}

PDJ_SHARE = 0.2
_KNOWN_FROM = 8
_SIDE = 1.25
_LEFT_SHOULDER, _RIGHT_HIP = COCO_17.shoulders[0], COCO_17.hips[1]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is there.

    ``oks`` is that of who was found there, 0 for nobody. Of ``joints`` labelled keypoints so many were ``detected``;
    there are none where the torso is not known.
    """

    oks: float
    detected: int
    joints: int


@dataclass(frozen=True, slots=True)
class Judged:
    """One view: everybody of whom a keypoint is labelled, and what COCO counts."""

    people: tuple[Person, ...]
    matched: Matched


def truth(entry: Entry) -> People:
    """The people of a picture."""
    return entry.annotations


def check(one: Annotation) -> None:
    """Whether somebody can be judged.

    Raises:
        ValueError: the keypoints are not the 17 of COCO.
    """
    if one.names != COCO_17.names:
        raise ValueError("its keypoints are not the 17 of COCO, in its order")


TRUTHS: Truths = Keypoints(check, all_count=True)


def judge(result: Result, people: People) -> Judged:
    """Everybody who is there with who was found there: of all ways to pair them the most alike."""
    found = _found_in(result)
    there = [one for one in people if one.labelled.any() and not one.is_crowd]
    alike = np.array([[similarity(one, other.keypoints) for other in found] for one in there], np.float32)
    pairs = best_pairs(alike.reshape(len(there), len(found)), 0.0)
    judged = [_person(one, found[pairs[row]] if row in pairs else None) for row, one in enumerate(there)]
    return Judged(tuple(judged), match(people, found))


def judge_one(result: Result, people: People) -> Judged:
    """The one in the middle of a view with the one found there."""
    found = _found_in(result)
    (one,) = people
    return Judged((_person(one, found[0] if found else None),), match(people, found))


def squares(image: ImageArray, people: People) -> Iterator[tuple[ImageArray, People]]:
    """The square around each of whom enough is known, black beyond the picture, with the truth in its pixels."""
    for one in people:
        if one.is_crowd or one.labelled.sum() < _KNOWN_FROM:
            continue
        x, y, width, height = one.box_px
        side = max(1, round(_SIDE * max(width, height)))
        left, top = round(x + width / 2 - side / 2), round(y + height / 2 - side / 2)
        yield _cut(image, left, top, side), (one.moved(-left, -top),)


def figures_of_pictures(judged: Sequence[Judged]) -> tuple[Figure, ...]:
    """OKS, AP, AR and PDJ over everybody in some pictures."""
    pictures = [one.matched for one in judged]
    people = sum(one.people for one in pictures)
    precision, recall = average_precision(pictures), average_recall(pictures)
    return (
        _of_all("AP", precision, people),
        _of_all("AP50", precision[:1], people),
        _of_all("AP75", precision[THRESHOLDS.searchsorted(0.75 - 1e-9)][None], people),
        _of_all("AR", recall, people),
        *_of_people(judged),
    )


def _of_people(judged: Sequence[Judged]) -> tuple[Figure, ...]:
    people = [person for one in judged for person in one.people]
    joints = sum(person.joints for person in people)
    share = sum(person.detected for person in people) / joints if joints else None
    oks = mean_figure("OKS", [person.oks for person in people], "people")
    return oks, Figure(f"PDJ@{PDJ_SHARE:g}", share, joints, "keypoints")


MODES = (
    Mode("picture", judge, figures_of_pictures, {**_KEYS, "max_people": 6}),
    Mode("person", judge_one, _of_people, {**_KEYS, "max_people": 1}, views=squares),
)


def _of_all(name: str, values: FloatArray | np.ndarray, people: int) -> Figure:
    return Figure(name, float(values.mean()) if people else None, people, "people")


def _found_in(result: Result) -> list[Found]:
    return [_found(pose, result.frame) for pose in cast("PoseResult", result).people]


def _found(pose: Pose, frame: Frame) -> Found:
    return Found(pose.keypoints[:, 1::-1] * np.array((frame.width, frame.height), np.float32), pose.score)


def _person(one: Annotation, found: Found | None) -> Person:
    oks = similarity(one, found.keypoints) if found else 0.0
    if not one.labelled[[_LEFT_SHOULDER, _RIGHT_HIP]].all():
        return Person(oks, 0, 0)
    labelled, places = one.labelled, one.keypoints[:, :2]
    joints = int(labelled.sum())
    if found is None:
        return Person(0.0, 0, joints)
    torso_px = math.dist(places[_LEFT_SHOULDER], places[_RIGHT_HIP])
    apart = np.hypot(*(found.keypoints - places)[labelled].T)
    return Person(oks, int((apart <= PDJ_SHARE * torso_px).sum()), joints)


def _cut(image: ImageArray, left: int, top: int, side: int) -> ImageArray:
    """A square of ``side`` pixels, black where there is no picture."""
    height, width = image.shape[:2]
    view = np.zeros((side, side, 3), np.uint8)
    x, y, right, bottom = max(left, 0), max(top, 0), min(left + side, width), min(top + side, height)
    if right > x and bottom > y:
        view[y - top : bottom - top, x - left : right - left] = image[y:bottom, x:right]
    return view
