"""Several people: what is found of them on pictures, and how their minutes in the scene are judged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.people import gathering
from bench.people.counted import CountedPose, chosen
from bench.people.gathering import FPS
from bench.people.matching import Somebody, matches
from bench.people.stills import judge_stills, photographs, rows
from bench.people.stream import Watch, judge_stream
from edge.tasks.pose.result import Pose
from edge.types import Box, FloatArray, Frame
from tests.support import make_frame

if TYPE_CHECKING:
    from tests.support import SharedData

STARTER = Path("models/starter/starter-multipose.tflite")
PICTURE = 480, 640


@pytest.mark.parametrize(
    ("name", "recall", "oks"),
    [
        ("movenet/movenet_single_pose_lightning_ptq", 0.87, 0.78),
        ("movenet/movenet_multipose_lightning_dyn_f16", 0.8, 0.72),
    ],
)
def test_people_of_whole_photographs(shared: SharedData, name: str, recall: float, oks: float) -> None:
    task = CountedPose(chosen(shared.path(f"models/{name}.tflite")), still=True)

    found = judge_stills(task, photographs())

    assert (found.pictures, found.people) == (14, 16)
    assert found.recall >= recall
    assert found.oks >= oks


def test_people_side_by_side_keep_their_keypoints(shared: SharedData) -> None:
    shared.path("media/pose_coco")
    many = list(rows())
    widest = max(many, key=lambda picture: picture.image.shape[1])

    assert {len(picture.people) for picture in many} == {2, 3, 4}
    for number, person in enumerate(widest.people):
        known = person.keypoints[person.keypoints[:, 2] > 0]
        assert len(known) >= 8
        assert ((known[:, :2] >= 0) & (known[:, :2] < widest.image.shape[:2])).all()
        assert number == 0 or known[:, 1].mean() > widest.people[number - 1].keypoints[:, 1].max() * 0.5


@pytest.mark.no_cover
def test_two_people_of_the_scene_are_found_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "CACHE", tmp_path)
    task = CountedPose(chosen(STARTER), still=False)

    (found,) = judge_stream([Watch(task)], gathering.stored_gathering(1, 2, 8.0, fps=10))
    next(tmp_path.glob("*.npy")).unlink()  # 37 MB of pictures

    assert found.newcomers == 2
    assert found.missed == found.switches == 0
    assert found.recall > 0.85
    assert found.runs == 1
    assert found.dropped == 0


def somebody(column: float) -> FloatArray:
    """``(17, 3) float32`` y, x, 1 around a column; normalised."""
    places = np.array((0.5, column)) + (np.random.default_rng(3).random((17, 2)) - 0.5) * 0.2
    return np.hstack((places, np.ones((17, 1)))).astype(np.float32)


def there(column: float) -> Somebody:
    return Somebody(somebody(column) * np.array((*PICTURE, 1), np.float32), 10_000.0)


class Shown:
    """Shows, whatever the picture, who it is told to, each for one run."""

    def __init__(self, *people: tuple[int, float]) -> None:
        self.people, self.runs, self.frames = people, 0, list[int]()

    def detect(self, frame: Frame) -> tuple[Pose, ...]:
        self.runs += len(self.people)
        self.frames.append(frame.number)
        return tuple(Pose(one, 0.9, Box(0, 0, 1, 1), somebody(column), (True,) * 17) for one, column in self.people)


def frame(number: int) -> Frame:
    return make_frame(number=number, time_s=number / FPS)


def test_somebody_found_is_one_of_those_there_at_most() -> None:
    alike = matches([there(0.3), there(0.32)], Shown((7, 0.32)).detect(frame(0)), PICTURE)

    assert [one.found for one in alike] == [None, 0]
    assert alike[1].oks == pytest.approx(1, abs=1e-3)


def test_ids_that_change_hands_are_one_switch() -> None:
    task = Shown((1, 0.3), (2, 0.7))
    watch = Watch(task)
    for number in range(60):
        if number == 30:
            task.people = (2, 0.3), (1, 0.7)
        watch.offer(frame(number), {1: there(0.3), 2: there(0.7)})

    found = watch.figures()

    assert (found.switches, found.fragments) == (1, 2)
    assert (found.recall, found.others, found.runs) == (1, 0, 2)


def test_a_newcomer_waits_until_found() -> None:
    task = Shown((1, 0.3))
    watch = Watch(task)
    for number in range(90):
        if number == 45:
            task.people = (1, 0.3), (2, 0.7)
        people = {1: there(0.3), 2: there(0.7)} if number >= 30 else {1: there(0.3)}
        watch.offer(frame(number), people)

    found = watch.figures()

    assert (found.newcomers, found.missed) == (2, 0)
    assert found.longest_wait_s == pytest.approx(15 / FPS)
    assert found.recall == pytest.approx(135 / 150)


def test_frames_are_dropped_while_the_models_run_and_the_newest_waits() -> None:
    task = Shown((1, 0.3), (2, 0.7))
    watch = Watch(task, run_ms=50)  # two runs: 100 ms, three frames
    for number in range(9):
        watch.offer(frame(number), {1: there(0.3), 2: there(0.7)})

    assert task.frames == [0, 2, 5]
    assert watch.figures().dropped == pytest.approx(6 / 9)
