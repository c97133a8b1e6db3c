"""PoseNet in both of its published forms, on models with known answers and on the real ones."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelError, ModelOutputError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import STRETCHED, Look
from edge.tasks.pose.posenet.model import PoseNet
from edge.types import Box
from tests.support import make_frame, picture
from tests.tasks.pose.posenet.figures import FIGURE, fixed_model, heads, outputs

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import FloatArray
    from tests.support import SharedData

CORAL = "models/posenet/posenet_mobilenet_v1_075_353_481_quant_nodecoder.tflite"
REFERENCE = "reference/coral/posenet_mobilenet_v1_075_353_481_16_quant_decoder_reference.csv"
BYTES = {"heatmaps": (20 / 255, 128), "offsets": (20 / 255, 128), "mid": (1.4, 117)}
PLACE = np.array((120, 200), np.float32)


def said(rows: int, columns: int, *, both: bool = True) -> dict[str, FloatArray]:
    """What the outputs hold where a person stands at ``PLACE``."""
    return outputs(heads((FIGURE + PLACE)[None], rows, columns), both=both)


@pytest.mark.parametrize(("size", "grid"), [((353, 481), (23, 31)), ((481, 641), (31, 41)), ((257, 257), (17, 17))])
@pytest.mark.parametrize("both", [True, False])
def test_people_come_back_in_frame_coordinates(
    tmp_path: Path, size: tuple[int, int], grid: tuple[int, int], *, both: bool
) -> None:
    path = fixed_model(tmp_path / "posenet.tflite", size, said(*grid, both=both))
    task = PoseNet(path, TfliteModel)

    people = task.observe(make_frame(np.zeros((480, 640, 3), np.uint8)), STRETCHED).values

    assert not task.traits.is_single
    assert people.dtype == np.float32
    np.testing.assert_allclose(people[0, :, :2] * size - 0.5, FIGURE + PLACE, atol=0.05)


def test_bytes_are_made_real(tmp_path: Path) -> None:
    values = said(23, 31)
    values["offsets"] = np.clip(values["offsets"], -10, 10)
    path = fixed_model(tmp_path / "posenet.tflite", (353, 481), values, quantized=BYTES)

    people = PoseNet(path, TfliteModel).observe(make_frame(np.zeros((480, 640, 3), np.uint8)), STRETCHED).values

    np.testing.assert_allclose(people[0, :, :2] * (353, 481) - 0.5, FIGURE + PLACE, atol=0.1)


def test_a_region_is_where_they_are_then(tmp_path: Path) -> None:
    path = fixed_model(tmp_path / "posenet.tflite", (353, 481), said(23, 31))
    task, frame = PoseNet(path, TfliteModel), make_frame(np.zeros((480, 640, 3), np.uint8))

    whole, part = (
        task.observe(frame, Look(fit="stretch", region=box)).values
        for box in (Box(0, 0, 1, 1), Box(0.5, 0.5, 0.5, 0.5))
    )

    np.testing.assert_allclose(part[0, :, :2], 0.5 + whole[0, :, :2] / 2, atol=1e-5)


@pytest.mark.filterwarnings("error")
def test_what_is_no_number_is_an_error(tmp_path: Path) -> None:
    values = said(23, 31)
    values["mid"][4, 4, 4] = np.nan
    task = PoseNet(fixed_model(tmp_path / "posenet.tflite", (353, 481), values), TfliteModel)

    with pytest.raises(ModelOutputError, match=r"posenet.tflite: the model's answer is not a number"):
        task.observe(make_frame(), Look())


@pytest.mark.filterwarnings("error")
def test_a_very_low_logit_is_no_overflow(tmp_path: Path) -> None:
    values = said(23, 31)
    values["heatmaps"][:] = -1e5
    task = PoseNet(fixed_model(tmp_path / "posenet.tflite", (353, 481), values), TfliteModel)

    assert task.observe(make_frame(), Look()).values.shape == (0, 17, 3)


@pytest.mark.parametrize(
    ("size", "left_out", "sentence"),
    [
        ((353, 481), "mid", r"heatmaps of PoseNet without displacements"),
        ((353, 497), "", r"not a whole PoseNet: its outputs are \[1, 23, 31, 17\].* for an input of 353 by 497"),
        ((20, 20), "", r"not a whole PoseNet"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    tmp_path: Path, size: tuple[int, int], left_out: str, sentence: str
) -> None:
    values = {name: value for name, value in said(23, 31).items() if name != left_out}
    path = fixed_model(tmp_path / "posenet.tflite", size, values)

    with pytest.raises(ModelError, match=rf"posenet.tflite: {sentence}"):
        PoseNet(path, TfliteModel)


def test_offsets_of_another_grid_are_refused(tmp_path: Path) -> None:
    values = said(23, 31) | {"offsets": said(17, 31)["offsets"]}
    path = fixed_model(tmp_path / "posenet.tflite", (353, 481), values)

    with pytest.raises(ModelError, match="all need the same rows and columns"):
        PoseNet(path, TfliteModel)


def test_coral_reference(shared: SharedData) -> None:
    """Both people, with what Coral allows of MoveNet: 0.04 where both score above 0.4."""
    with shared.path(REFERENCE).open() as file:
        rows = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    reference = np.array(rows, np.float32).reshape(2, 17, 6)
    task = PoseNet(shared.path(CORAL), TfliteModel, still=True)

    people = task.observe(make_frame(picture(shared.path("media/coral/test_image.bmp"))), STRETCHED).values

    assert len(people) == 2
    for found, told in zip(people, reference, strict=True):
        both = (found[:, 2] > 0.4) & (told[:, 3] > 0.4)
        assert both.sum() >= 15
        np.testing.assert_allclose(found[both, :2], told[both][:, [5, 4]], atol=0.04)
        assert np.abs(found[both, 2] - told[both, 3]).mean() < 0.06


def test_bytes_come_in_coarser_steps_than_floats(tmp_path: Path) -> None:
    bytes_ = fixed_model(tmp_path / "bytes.tflite", (353, 481), said(23, 31), quantized=BYTES)
    floats = fixed_model(tmp_path / "floats.tflite", (353, 481), said(23, 31))

    steps = [PoseNet(path, TfliteModel).traits.quantum * 481 for path in (bytes_, floats)]

    assert steps == pytest.approx([0.9, 0.4])
