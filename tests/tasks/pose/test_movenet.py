"""MoveNet, single and multi, on models with known answers and on the real one."""

from __future__ import annotations

import csv
import logging
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelError, ModelOutputError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import STRETCHED, Look
from edge.tasks.pose.movenet import MoveNet, fitting_px
from edge.types import Box
from tests.odd_models import blind_pose, bright_pose
from tests.support import make_frame, picture
from tests.tflite import colour_classifier, dot_offsets, dot_pose, fixed_multipose, metadata_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.support import SharedData

LIGHTNING = "models/movenet/movenet_single_pose_lightning_ptq.tflite"


def dot_image(row: int, column: int, *, height: int = 480, width: int = 640) -> NDArray[np.uint8]:
    """Black, with a red square of 20 pixels around a place."""
    image = np.zeros((height, width, 3), np.uint8)
    image[row - 10 : row + 10, column - 10 : column + 10, 0] = 255
    return image


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32"])
def test_keypoints_come_back_in_frame_coordinates(tmp_path: Path, dtype: str) -> None:
    task = MoveNet(dot_pose(tmp_path / "pose.tflite", dtype=dtype), TfliteModel)

    people = task.observe(make_frame(dot_image(240, 320)), Look()).values

    assert task.traits.is_single
    assert people.shape == (1, 17, 3)
    middle = people[0, 9:11, :2].mean(axis=0)
    np.testing.assert_allclose(middle * (480, 640), (240, 320), atol=15)
    assert people[0, 0, 2] == pytest.approx(1)


@pytest.mark.parametrize("quantized", [("uint8", 1 / 200, 20), ("int8", 1 / 150, -100), ("int16", 1 / 20_000, 0)])
def test_quantised_keypoints_are_made_real(tmp_path: Path, quantized: tuple[str, float, int]) -> None:
    plain = MoveNet(dot_pose(tmp_path / "pose.tflite"), TfliteModel)
    bytes_ = MoveNet(dot_pose(tmp_path / "bytes.tflite", quantized=quantized), TfliteModel)
    frame = make_frame(dot_image(240, 320))

    people = bytes_.observe(frame, Look()).values

    assert people.dtype == np.float32
    np.testing.assert_allclose(people, plain.observe(frame, Look()).values, atol=0.75 * quantized[1])


def test_a_crop_sees_finer(tmp_path: Path) -> None:
    """In a crop of a quarter of the width the fixed figure is a quarter as large, around the same place."""
    task = MoveNet(dot_pose(tmp_path / "pose.tflite"), TfliteModel)
    frame = make_frame(dot_image(240, 320))

    whole, close = (
        task.observe(frame, Look()).values[0],
        task.observe(frame, Look(Box(0.375, 1 / 3, 0.25, 1 / 3))).values[0],
    )

    assert np.ptp(close[:, 0]) == pytest.approx(np.ptp(whole[:, 0]) / 4, rel=0.05)
    np.testing.assert_allclose(close[9:11, :2].mean(axis=0) * (480, 640), (240, 320), atol=12)


def test_a_region_is_all_that_is_seen(tmp_path: Path) -> None:
    image = np.maximum(dot_image(120, 160), dot_image(400, 600) // 2)
    task = MoveNet(dot_pose(tmp_path / "pose.tflite"), TfliteModel)
    frame = make_frame(image)

    people = task.observe(frame, Look(region=Box(0.5, 0.5, 0.5, 0.5))).values

    np.testing.assert_allclose(people[0, 9:11, :2].mean(axis=0) * (480, 640), (400, 600), atol=10)


def test_multipose_reports_everybody(tmp_path: Path) -> None:
    raw = np.zeros((6, 56), np.float32)
    raw[0, :51] = np.tile([0.5, 0.25, 0.9], 17)
    raw[1, :51] = np.tile([0.5, 0.75, 0.8], 17)
    task = MoveNet(fixed_multipose(tmp_path / "multi.tflite", raw), TfliteModel)

    people = task.observe(make_frame(np.zeros((256, 256, 3), np.uint8)), Look()).values

    assert not task.traits.is_single
    assert people.shape == (6, 17, 3)
    np.testing.assert_allclose(people[:2, 3], [[0.5, 0.25, 0.9], [0.5, 0.75, 0.8]], atol=1e-6)


@pytest.mark.parametrize("quantized", [("uint8", 1 / 200, 20), ("int8", 1 / 150, -100)])
def test_quantised_people_are_made_real(tmp_path: Path, quantized: tuple[str, float, int]) -> None:
    raw = np.zeros((6, 56), np.float32)
    raw[0, :51] = np.tile([0.5, 0.25, 0.9], 17)
    task = MoveNet(fixed_multipose(tmp_path / "multi.tflite", raw, quantized=quantized), TfliteModel)

    people = task.observe(make_frame(np.zeros((256, 256, 3), np.uint8)), Look()).values

    np.testing.assert_allclose(people[0, 3], [0.5, 0.25, 0.9], atol=quantized[1])
    np.testing.assert_allclose(people[1], 0, atol=1e-6)


@pytest.mark.filterwarnings("error")
def test_what_is_no_number_is_an_error_and_the_next_frame_is_seen(tmp_path: Path) -> None:
    task = MoveNet(blind_pose(tmp_path / "pose.tflite"), TfliteModel)
    black, red = make_frame(np.zeros((48, 64, 3), np.uint8)), make_frame(np.full((48, 64, 3), (255, 0, 0), np.uint8))

    with pytest.raises(ModelOutputError, match=r"pose.tflite: the model's answer is not a number"):
        task.observe(black, Look())
    assert task.observe(red, Look()).values[0, 0].tolist() == [0.5, 0.5, 0.5]


def test_a_person_that_is_no_number_among_many_is_an_error(tmp_path: Path) -> None:
    raw = np.zeros((6, 56), np.float32)
    raw[5, 50] = np.inf
    task = MoveNet(fixed_multipose(tmp_path / "multi.tflite", raw), TfliteModel)

    with pytest.raises(ModelOutputError):
        task.observe(make_frame(), Look())


def test_a_float_model_that_states_its_range_gets_it(tmp_path: Path) -> None:
    metadata = metadata_bytes(normalization=(0, 255))
    task = MoveNet(bright_pose(tmp_path / "pose.tflite", metadata), TfliteModel)

    assert task.observe(make_frame(np.full((16, 16, 3), 255, np.uint8)), Look()).values.max() == pytest.approx(1)


def test_a_free_input_takes_the_shape_of_what_is_looked_at(tmp_path: Path) -> None:
    raw = np.zeros((6, 56), np.float32)
    raw[0, :51] = np.tile([0.5, 0.25, 0.9], 17)
    task = MoveNet(fixed_multipose(tmp_path / "multi.tflite", raw), TfliteModel)
    wide, tall = (make_frame(np.zeros((*size, 3), np.uint8)) for size in ((480, 640), (640, 360)))

    def shape() -> tuple[int, ...]:
        return next(iter(task.model.inputs.values())).shape[1:3]

    assert shape() == (192, 256)
    people = task.observe(wide, Look()).values
    assert shape() == (192, 256)
    np.testing.assert_allclose(people[0, 3], [0.5, 0.25, 0.9], atol=1e-6)
    task.observe(tall, Look())
    assert shape() == (256, 160)
    task.observe(wide, Look(region=Box(0, 0, 0.375, 1)))
    assert shape() == (256, 128)


def test_a_free_input_of_one_shape_is_loaded_once(tmp_path: Path) -> None:
    task = MoveNet(fixed_multipose(tmp_path / "multi.tflite", np.zeros((6, 56), np.float32)), TfliteModel)
    model = task.model

    for _ in range(3):
        task.observe(make_frame(np.zeros((240, 320, 3), np.uint8)), Look())

    assert task.model is model


def test_a_file_that_is_gone_by_then_is_told_and_the_model_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    raw = np.zeros((6, 56), np.float32)
    raw[0, :51] = np.tile([0.5, 0.5, 0.9], 17)
    path = fixed_multipose(tmp_path / "multi.tflite", raw)
    task, wide = MoveNet(path, TfliteModel), make_frame(np.zeros((480, 640, 3), np.uint8))
    path.unlink()

    with caplog.at_level(logging.WARNING, logger="edge"):
        for frame in (wide, *[make_frame(np.zeros((640, 360, 3), np.uint8))] * 3, wide):
            np.testing.assert_allclose(task.observe(frame, Look()).values[0, 3], [0.5, 0.5, 0.9], atol=1e-6)

    (told,) = caplog.messages
    assert told.startswith(f"{path}: no such model file; give the path of a .tflite file; its input stays 256 by 192")


@pytest.mark.parametrize(
    ("long_side_px", "shape", "expected"),
    [
        (256, (480, 640), (192, 256)),
        (256, (1080, 1920), (160, 256)),
        (256, (1920, 1080), (256, 160)),
        (256, (500, 500), (256, 256)),
        (250, (480, 640), (192, 256)),
        (512, (480, 640), (384, 512)),
        (256, (3, 640), (32, 256)),
    ],
)
def test_the_smallest_input_that_holds_a_picture(
    long_side_px: int, shape: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert fitting_px(long_side_px, shape) == expected


@pytest.mark.parametrize(
    ("name", "quantum"),
    [
        ("movenet_single_pose_lightning_ptq", 0.004),
        ("movenet_singlepose_thunder_int8", 0.003),
        ("movenet_singlepose_lightning_f16", 0.001),
        ("movenet_singlepose_thunder_f16", 0.0008),
        ("movenet_multipose_lightning_dyn_f16", 0.0008),
    ],
)
def test_the_step_is_that_of_the_precision(shared: SharedData, name: str, quantum: float) -> None:
    path = shared.path(f"models/movenet/{name}.tflite")

    assert MoveNet(path, TfliteModel).traits.quantum == pytest.approx(quantum, rel=0.06)


def test_a_model_for_another_task_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"not a pose model: its output is \[1, 3\].*set pose.model"):
        MoveNet(colour_classifier(tmp_path / "colour.tflite"), TfliteModel)


def test_offsets_of_the_toy_are_seen(tmp_path: Path) -> None:
    task = MoveNet(dot_pose(tmp_path / "pose.tflite"), TfliteModel)

    people = task.observe(make_frame(dot_image(240, 320)), STRETCHED).values

    difference = people[0, 0, :2] - people[0, 16, :2]
    expected = (dot_offsets(64)[0, 0, 0] - dot_offsets(64)[0, 0, 16])[:2]
    np.testing.assert_allclose(difference, expected, atol=1e-5)


@pytest.mark.parametrize(("name", "row"), [("image1.png", 0), ("image2.jpeg", 1)])
@pytest.mark.parametrize("still", [True, False])
def test_tensorflow_samples_17_of_17(shared: SharedData, name: str, row: int, *, still: bool) -> None:
    """TensorFlow's own tolerance: 21 pixels."""
    with shared.path("media/pose_tfexamples/pose_landmark_truth.csv").open() as file:
        truth = np.array(list(csv.reader(file))[1 + row], float).reshape(17, 2)
    frame = make_frame(picture(shared.path(f"media/pose_tfexamples/{name}")))

    keypoints = MoveNet(shared.path(LIGHTNING), TfliteModel, still=still).observe(frame, Look()).values[0]

    distance_px = np.hypot(keypoints[:, 1] * frame.width - truth[:, 0], keypoints[:, 0] * frame.height - truth[:, 1])
    assert (distance_px <= 21).sum() == 17


def test_coral_reference(shared: SharedData) -> None:
    """Coral's own tolerance: 0.04 for the keypoints that both score above 0.4, at least 8 of them."""
    with shared.path("reference/coral/movenet_single_pose_lightning_ptq_reference.csv").open() as file:
        reference = np.array([row[3:] for row in list(csv.reader(file))[1:]], float)
    task = MoveNet(shared.path(LIGHTNING), TfliteModel, still=True)

    keypoints = task.observe(make_frame(picture(shared.path("media/coral/squat.bmp"))), STRETCHED).values[0]

    both = (keypoints[:, 2] > 0.4) & (reference[:, 0] > 0.4)
    assert both.sum() >= 8
    np.testing.assert_allclose(keypoints[both, :2], reference[both][:, [2, 1]], atol=0.04)
