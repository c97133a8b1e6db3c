"""A model that is given the next frame while this one's answer is being followed up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelOutputError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.ahead import AheadObserver, Upcoming
from edge.tasks.common.look import Look
from edge.tasks.pose.movenet import MoveNet
from edge.types import Box
from tests.odd_models import blind_pose
from tests.support import make_frame
from tests.tflite import dot_pose, fixed_multipose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from edge.tasks.common.observer import Observation
    from edge.types import FloatArray, Frame

LEFT, NEARLY_LEFT, RIGHT = Box(0, 0, 0.5, 0.7), Box(0.02, 0, 0.5, 0.7), Box(0.5, 0, 0.5, 0.7)
EVERYWHERE = Look()


class Staged(MoveNet):
    """Notes which frames are handed to it, in their order."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, TfliteModel)
        self.numbers: list[int] = []

    def stage(self, frame: Frame, look: Look) -> Callable[[], Observation[FloatArray]] | None:
        self.numbers.append(frame.number)
        return super().stage(frame, look)


def dot(x: float, number: int, *, segment: int = 0) -> Frame:
    """A red dot in a black picture, where ``dot_pose`` sees somebody."""
    image = np.zeros((120, 160, 3), np.uint8)
    column = round(x * 160)
    image[50:60, column - 5 : column + 5, 0] = 255
    return make_frame(image, number=number, time_s=number / 25, segment=segment)


def walk(count: int) -> list[Frame]:
    """A dot at another place in each frame."""
    return [dot(x, number) for number, x in enumerate(np.random.default_rng(7).uniform(0.2, 0.8, count))]


def observed(model: MoveNet, frames: Sequence[Frame], looks: Sequence[Look] | None = None) -> list[FloatArray]:
    """What is said of each frame, the next of which is always known."""
    upcoming = Upcoming()
    ahead = AheadObserver(model, upcoming)
    found = []
    for look, frame, upcoming.frame in zip(
        looks or [EVERYWHERE] * len(frames), frames, [*frames[1:], None], strict=True
    ):
        found.append(ahead.observe(frame, look).values)
    return found


def test_each_frame_gets_its_own_answer(tmp_path: Path) -> None:
    path, frames = dot_pose(tmp_path / "m.tflite"), walk(30)
    alone = MoveNet(path, TfliteModel)

    found = observed(MoveNet(path, TfliteModel), frames)

    np.testing.assert_array_equal(found, [alone.observe(frame, EVERYWHERE).values for frame in frames])


def test_the_next_frame_is_begun_before_this_one_is_answered(tmp_path: Path) -> None:
    """The first two tell whether each is looked at, once."""
    staged, upcoming, frames = Staged(dot_pose(tmp_path / "m.tflite")), Upcoming(), walk(5)
    ahead = AheadObserver(staged, upcoming)
    begun = []
    for frame, upcoming.frame in zip(frames, [*frames[1:], None], strict=True):
        ahead.observe(frame, EVERYWHERE)
        begun.append(staged.numbers[-1])

    assert begun == [0, 2, 3, 4, 4]
    assert staged.numbers == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("looks", [(0, 0, 1, 1, 2, 2), (0, 2, 4, 6)], ids=["twice each", "every other"])
def test_where_a_frame_is_looked_at_twice_or_left_out_nothing_is_begun_in_vain(
    tmp_path: Path, looks: tuple[int, ...]
) -> None:
    staged, upcoming, frames = Staged(dot_pose(tmp_path / "m.tflite")), Upcoming(), walk(8)
    ahead = AheadObserver(staged, upcoming)
    for number in looks:
        upcoming.frame = frames[number + 1]
        ahead.observe(frames[number], EVERYWHERE)

    assert staged.numbers == list(looks)


@pytest.mark.parametrize(
    "after", [dot(0.5, 2, segment=1), make_frame(number=2)], ids=["another segment", "another size"]
)
def test_what_comes_after_an_interruption_is_not_begun(tmp_path: Path, after: Frame) -> None:
    staged, upcoming, frames = Staged(dot_pose(tmp_path / "m.tflite")), Upcoming(), walk(2)
    ahead = AheadObserver(staged, upcoming)
    for frame, upcoming.frame in ((frames[0], frames[1]), (frames[1], after)):
        ahead.observe(frame, EVERYWHERE)

    assert staged.numbers == [0, 1]


def test_what_was_begun_is_forgotten_with_the_rest(tmp_path: Path) -> None:
    staged, upcoming, frames = Staged(dot_pose(tmp_path / "m.tflite")), Upcoming(), walk(4)
    ahead = AheadObserver(staged, upcoming)
    for frame, upcoming.frame in zip(frames, [*frames[1:], None], strict=True):
        if frame.number == 3:
            ahead.reset()
        ahead.observe(frame, EVERYWHERE)

    assert staged.numbers == [0, 1, 2, 3, 3]


def test_an_answer_that_is_no_number_is_that_of_its_frame(tmp_path: Path) -> None:
    """The model sees nothing without red."""
    frames = [make_frame(np.full((48, 64, 3), (255, 0, 0), np.uint8), number=number) for number in range(5)]
    frames[3] = make_frame(np.zeros((48, 64, 3), np.uint8), number=3)
    upcoming = Upcoming()
    ahead = AheadObserver(MoveNet(blind_pose(tmp_path / "m.tflite"), TfliteModel), upcoming)

    failed = []
    for frame, upcoming.frame in zip(frames, [*frames[1:], None], strict=True):
        try:
            ahead.observe(frame, EVERYWHERE)
        except ModelOutputError:
            failed.append(frame.number)

    assert failed == [3]


def test_a_crop_may_be_that_of_the_frame_before(tmp_path: Path) -> None:
    path = dot_pose(tmp_path / "m.tflite")
    frames = [dot(0.2, number) for number in range(4)]
    looks = [Look(LEFT), Look(LEFT), Look(NEARLY_LEFT), Look(RIGHT)]
    alone = MoveNet(path, TfliteModel)

    found = observed(MoveNet(path, TfliteModel), frames, looks)

    for values, frame, crop in zip(found, frames, (LEFT, LEFT, LEFT, RIGHT), strict=True):
        np.testing.assert_array_equal(values, alone.observe(frame, Look(crop)).values)


def test_a_model_that_may_change_its_size_runs_frame_by_frame(tmp_path: Path) -> None:
    people = np.random.default_rng(1).random((6, 56), np.float32)
    path = fixed_multipose(tmp_path / "m.tflite", people)
    alone = MoveNet(path, TfliteModel)

    for values in observed(MoveNet(path, TfliteModel), walk(3)):
        np.testing.assert_array_equal(values, alone.observe(dot(0.5, 0), EVERYWHERE).values)
