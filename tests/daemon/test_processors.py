"""Tasks with their trackers: following, holding, settling, forgetting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from edge.config.sections import Settings
from edge.daemon.build import build_processor, enabled_tasks
from edge.errors import ModelOutputError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.action.settings import ActionSettings
from edge.tasks.classification.processor import ClassificationProcessor
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.category_result import CategoryResult
from edge.tasks.common.look import Look
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.settings import TrackingSettings
from edge.tasks.pose.movenet import MoveNet
from edge.tasks.pose.processor import PoseProcessor
from edge.tasks.pose.result import PoseResult
from edge.tasks.pose.settings import PoseSettings
from edge.tracking.presence import PresenceParameters
from tests.odd_models import colours, divided, softmax, summing_shares
from tests.support import make_frame
from tests.tflite import append_files, colour_classifier, dot_pose, fixed_multipose, summing_action

if TYPE_CHECKING:
    from pathlib import Path

    from edge.tasks.common.processor import Processor
    from edge.types import Frame, ImageArray, TaskName


def dot(row: int, column: int, *, bright: int = 255) -> ImageArray:
    """Black 480x640 with a red square around a place."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[row - 10 : row + 10, column - 10 : column + 10, 0] = bright
    return image


def plain(colour: tuple[int, int, int]) -> ImageArray:
    return np.full((8, 8, 3), colour, np.uint8)


def build(task: TaskName, settings: Settings) -> Processor:
    return build_processor(task, settings, running=(task,), still=False)


def pose_processor(path: Path, **keys: object) -> Processor:
    return build("pose", Settings(PoseSettings(model=str(path), **keys)))  # type: ignore[arg-type]


def process_pose(processor: Processor, frame: Frame) -> PoseResult:
    result = processor.process(frame)
    assert isinstance(result, PoseResult)
    return result


def process_categories(processor: Processor, frame: Frame) -> CategoryResult:
    result = processor.process(frame)
    assert isinstance(result, CategoryResult)
    return result


def test_the_crop_closes_in_on_the_person(tmp_path: Path) -> None:
    """The model draws a figure of fixed size in its input: seen through a crop it becomes smaller in the frame."""
    processor = pose_processor(dot_pose(tmp_path / "pose.tflite"))

    boxes = [process_pose(processor, make_frame(dot(240, 320), time_s=i / 10)).people[0].box for i in range(8)]

    assert boxes[-1].height < 0.8 * boxes[0].height
    assert boxes[-1].x + boxes[-1].width / 2 == pytest.approx(0.5, abs=0.03)


def test_somebody_new_is_looked_at_again_from_close_by(tmp_path: Path) -> None:
    """The model draws a figure of fixed size in its input: the first box is already that of a crop."""
    path = dot_pose(tmp_path / "pose.tflite")

    first = process_pose(pose_processor(path), make_frame(dot(240, 320))).people[0]

    from_afar = MoveNet(path, TfliteModel).observe(make_frame(dot(240, 320)), Look()).values[0]
    assert first.box.height < 0.9 * np.ptp(from_afar[:, 0])


def test_a_new_segment_starts_with_the_whole_picture_and_a_new_person(tmp_path: Path) -> None:
    processor = pose_processor(dot_pose(tmp_path / "pose.tflite"), max_people=1)
    first = process_pose(processor, make_frame(dot(240, 320))).people[0]
    for i in range(1, 5):
        process_pose(processor, make_frame(dot(240, 320), time_s=i / 10))

    again = process_pose(processor, make_frame(dot(240, 320), time_s=0.5, segment=1)).people[0]

    assert again.box == first.box
    assert (first.id, again.id) == (1, 2)


def test_a_weak_person_is_left_out(tmp_path: Path) -> None:
    processor = pose_processor(dot_pose(tmp_path / "pose.tflite"), score_threshold=0.5)

    assert process_pose(processor, make_frame(dot(240, 320, bright=100))).people == ()


def test_keypoints_handed_out_cannot_be_changed(tmp_path: Path) -> None:
    person = process_pose(pose_processor(dot_pose(tmp_path / "p.tflite")), make_frame(dot(240, 320))).people[0]

    with pytest.raises(ValueError, match="read-only"):
        person.keypoints[0, 0] = 0


def test_several_people_best_first_and_no_more_than_asked_for(tmp_path: Path) -> None:
    raw = np.zeros((6, 56), np.float32)
    for i, (x, score) in enumerate([(0.2, 0.7), (0.5, 0.9), (0.8, 0.8)]):
        raw[i, :51] = np.tile([0.5, x, score], 17)
    path = fixed_multipose(tmp_path / "multi.tflite", raw)
    image = np.zeros((64, 64, 3), np.uint8)

    everybody = process_pose(pose_processor(path), make_frame(image)).people
    two = process_pose(pose_processor(path, max_people=2), make_frame(image)).people

    assert [person.score for person in everybody] == pytest.approx([0.9, 0.8, 0.7])
    assert [person.id for person in everybody] == [1, 2, 3]
    assert [person.score for person in two] == pytest.approx([0.9, 0.8])


def test_a_rate_leaves_frames_out(tmp_path: Path) -> None:
    processor = pose_processor(dot_pose(tmp_path / "pose.tflite"), max_rate_hz=5.0)

    answered = [i for i in range(13) if processor.process(make_frame(dot(240, 320), time_s=i / 30))]

    assert answered == [0, 6, 12]


def classifier(tmp_path: Path) -> Processor:
    path = append_files(colour_classifier(tmp_path / "colour.tflite"), {"labels.txt": "red\ngreen\nblue"})
    tracking = TrackingSettings(label_window_s=0.5)
    return build("classification", Settings(ClassificationSettings(model=str(path)), tracking))


def test_a_label_settles_and_keeps_its_since(tmp_path: Path) -> None:
    processor = classifier(tmp_path)
    results = [process_categories(processor, make_frame(plain((255, 0, 0)), time_s=i / 10)) for i in range(20)]

    assert results[0].settled is None
    assert results[0].categories[0].category_name == "red"
    settled = [result.settled for result in results if result.settled]
    assert {one.category_name for one in settled} == {"red"}
    assert len({one.since_ns for one in settled}) == 1
    assert settled[0].since_ns / 1e9 == pytest.approx((20 - len(settled)) / 10)


def test_a_new_segment_starts_from_nothing(tmp_path: Path) -> None:
    processor = classifier(tmp_path)
    for i in range(20):
        process_categories(processor, make_frame(plain((255, 0, 0)), time_s=i / 10))

    assert process_categories(processor, make_frame(plain((255, 0, 0)), time_s=2, segment=1)).settled is None


def test_action_is_fed_at_its_rate_of_media_time_and_forgets_with_the_segment(tmp_path: Path) -> None:
    path = append_files(summing_action(tmp_path / "sum.tflite"), {"labels.txt": "a\nb\nc"})
    processor = build("action", Settings(ActionSettings(model=str(path), rate_hz=5.0)))
    red = plain((255, 0, 0))

    results = [processor.process(make_frame(red, time_s=i / 30)) for i in range(13)]
    scores = [result.categories[0].score for result in results if isinstance(result, CategoryResult)]
    again = process_categories(processor, make_frame(red, time_s=0.5, segment=1))

    assert [i for i, result in enumerate(results) if result] == [0, 6, 12]
    assert scores == sorted(scores)
    assert again.categories[0].score == pytest.approx(scores[0])
    assert again.task == "action"


def test_only_enabled_tasks_run() -> None:
    settings = Settings(PoseSettings(enabled=False))

    assert enabled_tasks(settings) == ("classification", "action")


def test_each_task_has_its_kind_of_processor(tmp_path: Path) -> None:
    assert isinstance(classifier(tmp_path), ClassificationProcessor)
    assert isinstance(pose_processor(dot_pose(tmp_path / "pose.tflite")), PoseProcessor)


def test_the_first_seconds_of_an_action_model_are_marked_as_warming_up(tmp_path: Path) -> None:
    path = append_files(summing_action(tmp_path / "sum.tflite"), {"labels.txt": "a\nb\nc"})
    processor = build("action", Settings(ActionSettings(model=str(path), rate_hz=5.0, warm_up_s=1.0)))

    results = [process_categories(processor, make_frame(plain((255, 0, 0)), time_s=i / 5)) for i in range(8)]

    assert [result.warming_up for result in results] == [True] * 5 + [False] * 3


def test_an_action_model_warms_up_again_after_an_answer_that_was_no_number(tmp_path: Path) -> None:
    path = summing_shares(tmp_path / "sum.tflite")
    processor = build("action", Settings(ActionSettings(model=str(path), warm_up_s=1.0, rate_hz=10)))
    red = (255, 0, 0)
    warm = [process_categories(processor, make_frame(plain(red), time_s=i / 10)).warming_up for i in range(13)]

    with pytest.raises(ModelOutputError):
        processor.process(make_frame(plain((0, 0, 0)), time_s=1.3))

    assert (warm[0], warm[-1]) == (True, False)
    again = process_categories(processor, make_frame(plain(red), time_s=1.4))
    assert again.warming_up
    assert again.categories[0].score == pytest.approx(np.exp(1) / (np.exp(1) + 2), abs=1e-4)


def test_settled_labels_and_people_outlast_an_answer_that_was_no_number(tmp_path: Path) -> None:
    path = colours(tmp_path / "m.tflite", lambda b, logits: softmax(b, divided(b, logits)))
    tracking = TrackingSettings(label_window_s=0)
    processor = build("classification", Settings(ClassificationSettings(model=str(path)), tracking))
    before = process_categories(processor, make_frame(plain((200, 40, 40)), time_s=0.0)).settled

    with pytest.raises(ModelOutputError):
        processor.process(make_frame(plain((200, 0, 40)), time_s=0.1))

    assert before is not None
    assert process_categories(processor, make_frame(plain((200, 40, 40)), time_s=0.2)).settled == before


def test_with_the_gate_person_action_waits_for_somebody_whom_pose_sees(tmp_path: Path) -> None:
    path = append_files(summing_action(tmp_path / "sum.tflite"), {"labels.txt": "a\nb\nc"})
    settings = Settings(
        PoseSettings(model=str(dot_pose(tmp_path / "pose.tflite"))),
        ActionSettings(model=str(path), gate="person"),
        TrackingSettings(presence_enter_s=0.2),
    )
    board = Occupancy()
    pose, action = (
        build_processor(task, settings, running=("pose", "action"), still=False, occupancy=board)
        for task in ("pose", "action")
    )

    fed = []
    for i in range(8):
        frame = make_frame(dot(240, 320), time_s=i / 5)
        pose.process(frame)
        fed.append(action.process(frame) is not None)

    assert fed == [False] + [True] * 7


@pytest.mark.parametrize("gate", ["auto", "person"])
def test_where_everybody_has_left_nobody_does_anything(tmp_path: Path, gate: Literal["auto", "person"]) -> None:
    """Although the model is fed on for a while, in case that somebody was only missed."""
    path = append_files(summing_action(tmp_path / "sum.tflite"), {"labels.txt": "a\nb\nc"})
    settings = Settings(
        ActionSettings(model=str(path), gate=gate, gate_hold_s=3.0),
        TrackingSettings(label_window_s=0, label_enter=0.01),
    )
    board = Occupancy()
    board.tune(PresenceParameters(0.0, 0.0))
    action = build_processor("action", settings, running=("action",), still=False, occupancy=board)

    said = []
    for i, people in enumerate((1, 1, 0, 0, 1)):
        board.see(people, i / 5)
        result = process_categories(action, make_frame(dot(240, 320), time_s=i / 5))
        said.append((bool(result.categories), result.settled is not None))

    assert said == [(True, True), (True, True), (False, False), (False, False), (True, True)]


def test_what_pose_shows_says_which_keypoints_are_seen(tmp_path: Path) -> None:
    person = process_pose(pose_processor(dot_pose(tmp_path / "p.tflite")), make_frame(dot(240, 320))).people[0]

    assert person.seen == (True,) * 17
