"""What a trace says of a pose model, and of what it saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from edge.tasks.common.observer import Observation
from edge.tasks.common.tracing import Observed
from edge.tasks.pose.landmarks import Landmarks
from edge.tasks.pose.observer import PERSON_SHAPE, PoseTraits
from edge.tasks.pose.trace import SIDE_INPUTS, details_from, notes, observed_line, traits_from, traits_line


def line_of(people: int, landmarks: list[Landmarks]) -> dict[str, Any]:
    """The line of so many people with these landmarks."""
    values = np.zeros((people, *PERSON_SHAPE), np.float32)
    return dict(observed_line(Observed(Observation(values, 5.0, "cpu", tuple(landmarks)), 0)))


def somebody(value: float = 0.5) -> Landmarks:
    return Landmarks(np.full((33, 5), value, np.float32), np.full((33, 3), -value, np.float32))


def test_traits_come_back_as_they_were() -> None:
    traits = PoseTraits(is_single=False, quantum=0.0013)

    assert traits_from(traits_line(traits)) == traits


def test_a_trace_of_before_has_the_step_that_was_everybodys() -> None:
    assert traits_from({"single": True}) == PoseTraits(is_single=True, quantum=0.004)


def test_clothes_come_back_a_row_for_each_person() -> None:
    clothes = np.random.default_rng(1).integers(0, 256, (3, 256), np.uint8)
    codec = SIDE_INPUTS["clothes"]

    np.testing.assert_array_equal(codec.read({"clothes": codec.write(clothes)}, "clothes"), clothes)


@pytest.mark.parametrize("clothes", [np.zeros(255, np.uint8), np.zeros((65, 256), np.uint8)])
def test_clothes_that_are_none_are_refused(clothes: Any) -> None:
    codec = SIDE_INPUTS["clothes"]

    with pytest.raises(ValueError, match="hold"):
        codec.read({"clothes": codec.write(clothes)}, "clothes")


def test_landmarks_come_back_to_the_last_bit() -> None:
    (read,) = details_from(line_of(1, [somebody(1 / 3)]))

    assert read.points.tobytes() == somebody(1 / 3).points.tobytes()
    assert read.world.tobytes() == somebody(1 / 3).world.tobytes()


def test_landmarks_of_others_are_refused() -> None:
    with pytest.raises(ValueError, match="not those of 'people'"):
        details_from(line_of(2, [somebody()]))


def test_landmarks_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="33 landmarks of real numbers"):
        details_from(line_of(1, [somebody(float("nan"))]))


def test_that_more_people_were_not_looked_for_is_noted() -> None:
    (note,) = notes(["pose.max_people", "tracking.beta"])

    assert "nobody was looked for beyond the recorded max_people" in note
    assert list(notes(["pose.score_threshold"])) == []
