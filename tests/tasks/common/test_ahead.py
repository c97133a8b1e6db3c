"""Models that are given the next frame while this one's answer is being followed up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelOutputError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.action.movinet import MoViNet
from edge.tasks.classification.classifier import Classifier
from edge.tasks.common.ahead import AheadObserver, Upcoming
from edge.tasks.common.look import STRETCHED, Look
from edge.tasks.pose.movenet import MoveNet
from edge.types import Box
from tests.odd_models import summing_shares
from tests.support import make_frame
from tests.tflite import append_files, colour_classifier, dot_pose, fixed_multipose, summing_action

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from edge.tasks.common.ahead import StagingObserver
    from edge.tasks.common.observer import Observation
    from edge.types import FloatArray, Frame

LABELS = {"labels.txt": "red\ngreen\nblue"}
LEFT, NEARLY_LEFT, RIGHT = Box(0, 0, 0.5, 0.7), Box(0.02, 0, 0.5, 0.7), Box(0.5, 0, 0.5, 0.7)


class Staged:
    """Notes of each frame when it was handed to the classifier inside."""

    def __init__(self, path: Path) -> None:
        self._inside = Classifier(append_files(colour_classifier(path), LABELS), TfliteModel)
        self.traits = self._inside.traits
        self.reset = self._inside.reset
        self.observe = self._inside.observe
        self.numbers: list[int] = []

    def stage(self, frame: Frame, look: Look) -> Callable[[], Observation[FloatArray]]:
        self.numbers.append(frame.number)
        return self._inside.stage(frame, look)


def coloured(count: int) -> list[Frame]:
    """Frames of random colours."""
    colours = np.random.default_rng(7).integers(0, 256, (count, 3), np.uint8)
    images = [np.full((8, 8, 3), colour, np.uint8) for colour in colours]
    return [make_frame(image, number=i, time_s=i / 25) for i, image in enumerate(images)]


def dot(x: float, number: int) -> Frame:
    """A red dot in a black picture, where ``dot_pose`` sees somebody."""
    image = np.zeros((120, 160, 3), np.uint8)
    column = round(x * 160)
    image[50:60, column - 5 : column + 5, 0] = 255
    return make_frame(image, number=number, time_s=number / 25)


def observed(
    observer: StagingObserver[object, FloatArray], frames: Sequence[Frame], looks: Sequence[Look] | None = None
) -> list[FloatArray]:
    """What is said of each frame, the next of which is always known."""
    upcoming = Upcoming()
    ahead = AheadObserver(observer, upcoming)
    found = []
    for i, frame in enumerate(frames):
        upcoming.frame = frames[i + 1] if i + 1 < len(frames) else None
        found.append(ahead.observe(frame, looks[i] if looks else STRETCHED).values)
    return found


def test_each_frame_gets_its_own_answer(tmp_path: Path) -> None:
    frames = coloured(30)
    alone = Classifier(append_files(colour_classifier(tmp_path / "m.tflite"), LABELS), TfliteModel)
    sequential = [alone.observe(frame, STRETCHED).values for frame in frames]

    found = observed(Staged(tmp_path / "ahead.tflite"), frames)

    np.testing.assert_array_equal(found, sequential)


def test_the_next_frame_is_begun_before_this_one_is_answered(tmp_path: Path) -> None:
    """The first two tell whether each is looked at, once."""
    staged, upcoming, frames = Staged(tmp_path / "m.tflite"), Upcoming(), coloured(5)
    ahead = AheadObserver(staged, upcoming)
    begun = []
    for frame, upcoming.frame in zip(frames, [*frames[1:], None], strict=True):
        ahead.observe(frame, STRETCHED)
        begun.append(staged.numbers[-1])

    assert begun == [0, 2, 3, 4, 4]
    assert staged.numbers == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("looks", [(0, 0, 1, 1, 2, 2), (0, 2, 4, 6)], ids=["twice each", "every other"])
def test_where_a_frame_is_looked_at_twice_or_left_out_nothing_is_begun_in_vain(
    tmp_path: Path, looks: tuple[int, ...]
) -> None:
    staged, upcoming, frames = Staged(tmp_path / "m.tflite"), Upcoming(), coloured(8)
    ahead = AheadObserver(staged, upcoming)
    for number in looks:
        upcoming.frame = frames[number + 1]
        ahead.observe(frames[number], STRETCHED)

    assert staged.numbers == list(looks)


def test_a_frame_after_an_interruption_is_not_begun(tmp_path: Path) -> None:
    staged, upcoming, frames = Staged(tmp_path / "m.tflite"), Upcoming(), coloured(2)
    ahead = AheadObserver(staged, upcoming)
    for frame, upcoming.frame in ((frames[0], frames[1]), (frames[1], make_frame(number=2, segment=1))):
        ahead.observe(frame, STRETCHED)

    assert staged.numbers == [0, 1]


def test_a_model_that_remembers_forgets_what_it_was_shown_in_advance(tmp_path: Path) -> None:
    """Each frame adds its colours to the logits; after three the scene is another one."""
    frames = coloured(6)
    path = append_files(summing_action(tmp_path / "m.tflite"), LABELS)
    upcoming, alone = Upcoming(), MoViNet(path, TfliteModel)
    ahead = AheadObserver(MoViNet(path, TfliteModel), upcoming)

    for frame, upcoming.frame in zip(frames, [*frames[1:], None], strict=True):
        if frame.number == 3:
            ahead.reset()
            alone.reset()
        found = ahead.observe(frame, STRETCHED).values
        np.testing.assert_array_equal(found, alone.observe(frame, STRETCHED).values)


def test_an_answer_that_is_no_number_is_that_of_its_frame(tmp_path: Path) -> None:
    """A black picture has no shares of colours."""
    frames = coloured(5)
    frames[3] = make_frame(np.zeros((8, 8, 3), np.uint8), number=3, time_s=3 / 25)
    upcoming = Upcoming()
    ahead = AheadObserver(MoViNet(summing_shares(tmp_path / "m.tflite"), TfliteModel), upcoming)

    failed = []
    for frame, upcoming.frame in zip(frames, [*frames[1:], None], strict=True):
        try:
            ahead.observe(frame, STRETCHED)
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
    frames = [dot(0.2, number) for number in range(3)]
    alone = MoveNet(path, TfliteModel)

    for values in observed(MoveNet(path, TfliteModel), frames, [Look()] * 3):
        np.testing.assert_array_equal(values, alone.observe(frames[0], Look()).values)
