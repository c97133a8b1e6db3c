"""What a trace holds of pose: people as the model saw them, and where it was told to look."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from edge.base.json_fields import get, get_number, get_numbers
from edge.base.packing import pack_bytes, pack_floats, unpack_floats, unpack_rows
from edge.tasks.common.tracing import SideInputCodec
from edge.tasks.pose.landmarks import NAMES, Landmarks
from edge.tasks.pose.observer import PERSON_SHAPE, PoseTraits
from edge.tasks.pose.torso import CLOTHES
from edge.tracking.clothing import BINS
from edge.types import Box

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from edge.base.json_fields import Line
    from edge.tasks.common.tracing import Observed, TracedTask
    from edge.types import FloatArray, ImageArray

AFTER_MODEL = frozenset({"enabled", "score_threshold", "max_people", "max_rate_hz"})
HOLDS_PICTURES = False
_MOST_PEOPLE = 64
_POINT_SIZE, _PLACE_SIZE = 5, 3
_PERSON_SIZE = math.prod(PERSON_SHAPE)


def _write_clothes(clothes: object) -> str:
    return pack_bytes(cast("ImageArray", clothes))


def _read_clothes(line: Line, name: str) -> ImageArray:
    return unpack_rows(get(line, name, str), BINS, _MOST_PEOPLE)


SIDE_INPUTS: Mapping[str, SideInputCodec] = {CLOTHES: SideInputCodec(_write_clothes, _read_clothes)}


def traits_line(traits: PoseTraits) -> Line:
    """What the header says of the model."""
    return {"single": traits.is_single, "quantum": traits.quantum}


def traits_from(line: Line) -> PoseTraits:
    """The same from a header; raises ``ValueError`` where it is none."""
    single = get(line, "single", bool)
    if "quantum" not in line:  # written before it was the model's own
        return PoseTraits(single)
    quantum = get_number(line, "quantum")
    if not 0 <= quantum <= 1:
        raise ValueError("'quantum' is out of bounds")
    return PoseTraits(single, quantum)


def observed_line(observed: Observed[FloatArray]) -> Line:
    """What a line says of an observation, beside what all have."""
    crop = observed.crop
    where = None if crop is None else [crop.x, crop.y, crop.width, crop.height]
    line: Line = {"crop": where, "people": pack_floats(observed.observation.values)}
    details = cast("tuple[Landmarks, ...]", observed.observation.details)
    return line | {"landmarks": [_landmarks_line(one) for one in details]} if details else line


def observed_from(line: Line, _task: TracedTask[PoseTraits]) -> tuple[FloatArray, Box | None]:
    """People and crop from a line; raises ``ValueError`` where they are none."""
    values = _people_values(line)
    if values.size % _PERSON_SIZE:
        raise ValueError(f"'people' does not hold {PERSON_SHAPE[0]} keypoints a person")
    crop = None if line.get("crop") is None else Box(*get_numbers(line, "crop", 4))
    return values.reshape(-1, *PERSON_SHAPE), crop


def details_from(line: Line) -> tuple[Landmarks, ...]:
    """The landmarks of each person, without masks, which are pictures; raises ``ValueError`` where they are none."""
    found = get(line, "landmarks", list) if "landmarks" in line else []
    if not all(isinstance(one, dict) for one in found) or len(found) > _MOST_PEOPLE:
        raise ValueError(f"'landmarks' does not hold objects, {_MOST_PEOPLE} at most")
    if found and len(found) * _PERSON_SIZE != len(_people_values(line)):
        raise ValueError("'landmarks' are not those of 'people'")
    return tuple(Landmarks(_rows(one, "points", _POINT_SIZE), _rows(one, "world", _PLACE_SIZE)) for one in found)


def _people_values(line: Line) -> FloatArray:
    return unpack_floats(get(line, "people", str), _MOST_PEOPLE * _PERSON_SIZE)


def _landmarks_line(landmarks: Landmarks) -> Line:
    return {"points": pack_floats(landmarks.points), "world": pack_floats(landmarks.world)}


def _rows(line: Line, name: str, size: int) -> FloatArray:
    """A row of so many numbers for each landmark."""
    values = unpack_floats(get(line, name, str), len(NAMES) * size)
    if values.size != len(NAMES) * size or not np.isfinite(values).all():
        raise ValueError(f"'{name}' does not hold {len(NAMES)} landmarks of real numbers")
    return values.reshape(-1, size)


def notes(changed: Collection[str]) -> Iterator[str]:
    """What a replay with such changes cannot know, but for where the model would have looked."""
    if "pose.max_people" in changed:
        yield "pose: where a model follows people one by one, nobody was looked for beyond the recorded max_people"
