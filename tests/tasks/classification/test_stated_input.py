"""Which size and which range a classifier's input gets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.classification.classifier import Classifier
from edge.tasks.classification.stated_input import StatedInput
from edge.tasks.common.look import STRETCHED
from tests.odd_models import GREEN, colours, open_output, published_as, softmax
from tests.support import make_frame
from tests.tflite import append_files, colour_classifier, metadata_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.types import FloatArray

LABELS = {"": "labels.txt"}
ASSUMED = "nothing states how its input is scaled"


def float_model(folder: Path, metadata: bytes | None = None) -> Path:
    path = colour_classifier(folder / "m.tflite", dtype="float32", logits=True, metadata=metadata)
    return append_files(path, {"labels.txt": "red\ngreen\nblue"})


def fed(task: Classifier, colour: tuple[int, int, int] = (110, 100, 90)) -> FloatArray:
    """What the model was fed with for a picture of one colour, ``(3,) float32``."""
    task.observe(make_frame(np.full((8, 8, 3), colour, np.uint8)), STRETCHED)
    (tensor,) = task.model.inputs.values()
    pixel: FloatArray = task.model.view(tensor)[0, 0, 0].copy()
    return pixel


@pytest.mark.parametrize(
    ("stated", "pixel"),
    [
        (StatedInput(mean=(0.0,), std=(255.0,)), (110 / 255, 100 / 255, 90 / 255)),
        (StatedInput(std=(255.0,)), (110 / 255, 100 / 255, 90 / 255)),
        (StatedInput(mean=(0.0,), std=(1.0,)), (110, 100, 90)),
        (StatedInput(mean=(100.0,)), (10, 0, -10)),
        (StatedInput(mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375)), (-0.234, -0.285, -0.236)),
        (StatedInput(mean=(127.5,), std=(127.5,)), (-0.137, -0.216, -0.294)),
    ],
)
@pytest.mark.parametrize(
    "metadata", [None, metadata_bytes(LABELS, normalization=(5, 5)), metadata_bytes(LABELS, normalization=(0, 0))]
)
def test_the_keys_come_first(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    stated: StatedInput,
    pixel: Sequence[float],
    metadata: bytes | None,
) -> None:
    task = Classifier(float_model(tmp_path, metadata), TfliteModel, stated=stated)

    np.testing.assert_allclose(fed(task), pixel, atol=1e-3)
    assert not caplog.records


def test_what_is_assumed_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    task = Classifier(float_model(tmp_path), TfliteModel)

    np.testing.assert_allclose(fed(task), [110 / 127.5 - 1, 100 / 127.5 - 1, 90 / 127.5 - 1], atol=1e-6)
    fed(task)

    (record,) = caplog.records
    assert ASSUMED in record.getMessage()
    assert "classification.mean and classification.std" in record.getMessage()


def test_a_model_of_the_catalogue_gets_what_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Under a name of its own; (pixel - 127) / 128 for EfficientNet-Lite0."""
    path = published_as(float_model(tmp_path), "efficientnet-lite0-fp32", tmp_path / "models", monkeypatch)

    pixel = fed(Classifier(path, TfliteModel))

    np.testing.assert_allclose(pixel, [(110 - 127) / 128, (100 - 127) / 128, (90 - 127) / 128], atol=1e-6)
    assert not caplog.records


def test_an_open_size_may_stand_in_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = colours(tmp_path / "m.tflite", softmax, open_sides=(1, 2))
    published_as(path, "efficientnet-lite2-fp32", tmp_path / "models", monkeypatch)

    assert next(iter(Classifier(path, TfliteModel).model.inputs.values())).shape == (1, 260, 260, 3)


def test_all_channels_of_the_metadata_count(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    metadata = metadata_bytes(LABELS, normalization=((100, 90, 80), (10, 5, 2)))

    np.testing.assert_allclose(fed(Classifier(float_model(tmp_path, metadata), TfliteModel)), [1, 2, 5])
    assert not caplog.records


@pytest.mark.parametrize("normalization", [((1, 2), (1, 2)), (0, 0), (math.nan, 1), ((1, 2, 3), (1, math.inf, 1))])
def test_damaged_metadata_is_refused_with_a_way_out(
    tmp_path: Path, normalization: tuple[float, float] | tuple[Sequence[float], Sequence[float]]
) -> None:
    path = float_model(tmp_path, metadata_bytes(LABELS, normalization=normalization))

    with pytest.raises(ModelError, match=r"m.tflite: the metadata .* set classification.mean and classification.std"):
        Classifier(path, TfliteModel)


@pytest.mark.parametrize("dtype", ["uint8", "int8"])
def test_bytes_stay_raw_whatever_is_stated(tmp_path: Path, caplog: pytest.LogCaptureFixture, dtype: str) -> None:
    path = colour_classifier(tmp_path / "m.tflite", dtype=dtype, metadata=metadata_bytes(LABELS, normalization=(0, 0)))
    append_files(path, {"labels.txt": "red\ngreen\nblue"})

    plain = fed(Classifier(path, TfliteModel))
    assert not caplog.records
    keyed = fed(Classifier(path, TfliteModel, stated=StatedInput(mean=(1.0,), std=(2.0,))))

    assert plain.tolist() == keyed.tolist() == ([110, 100, 90] if dtype == "uint8" else [-18, -28, -38])
    assert "are ignored" in caplog.records[-1].getMessage()


@pytest.mark.parametrize("open_sides", [(1, 2), (1,), (2,), (0, 1, 2)])
def test_an_open_size_is_asked_for(tmp_path: Path, open_sides: tuple[int, ...]) -> None:
    path = colours(tmp_path / "m.tflite", softmax, open_sides=open_sides)

    with pytest.raises(ModelError, match=r"m.tflite: .*any size .*set classification.input_size to the height and wid"):
        Classifier(path, TfliteModel)


@pytest.mark.parametrize("open_sides", [(1, 2), (1,), (2,), (0, 1, 2)])
@pytest.mark.parametrize("size", [(8,), (8, 8)])
def test_an_open_size_is_set_by_the_key(tmp_path: Path, open_sides: tuple[int, ...], size: tuple[int, ...]) -> None:
    path = colours(tmp_path / "m.tflite", softmax, open_sides=open_sides)
    task = Classifier(path, TfliteModel, stated=StatedInput(size=size))

    fed(task, GREEN)

    (tensor,) = task.model.inputs.values()
    assert tensor.shape == (1, 8, 8, 3)
    assert task.observe(make_frame(np.full((9, 9, 3), GREEN, np.uint8)), STRETCHED).values[1] == pytest.approx(
        0.9998, abs=1e-4
    )


def test_an_output_whose_shape_follows_from_the_input_has_all_its_classes(tmp_path: Path) -> None:
    task = Classifier(open_output(tmp_path / "m.tflite"), TfliteModel, stated=StatedInput(size=(8,)))

    scores = task.observe(make_frame(np.full((9, 9, 3), GREEN, np.uint8)), STRETCHED).values

    np.testing.assert_allclose(scores, [0, 0.9998, 0.0002], atol=1e-4)


def test_height_comes_before_width(tmp_path: Path) -> None:
    path = colours(tmp_path / "m.tflite", softmax, open_sides=(1, 2))
    task = Classifier(path, TfliteModel, stated=StatedInput(size=(12, 20)))

    assert next(iter(task.model.inputs.values())).shape == (1, 12, 20, 3)


def test_an_open_size_may_stand_in_the_metadata(tmp_path: Path) -> None:
    metadata = metadata_bytes({"": "labels.txt"}, normalization=(0, 1), size=(10, 16))
    path = colours(tmp_path / "m.tflite", softmax, open_sides=(1, 2), metadata=metadata)

    assert next(iter(Classifier(path, TfliteModel).model.inputs.values())).shape == (1, 10, 16, 3)


@pytest.mark.parametrize(("open_sides", "size"), [((), (16,)), ((1,), (16, 16)), ((2,), (16, 8))])
def test_a_key_that_contradicts_the_model_is_refused(
    tmp_path: Path, open_sides: tuple[int, ...], size: tuple[int, ...]
) -> None:
    path = colours(tmp_path / "m.tflite", softmax, open_sides=open_sides)

    with pytest.raises(
        ModelError, match=r"and no others, but classification.input_size is \[16.*set it to \[(8|16), 8\]"
    ):
        Classifier(path, TfliteModel, stated=StatedInput(size=size))


def test_a_key_that_agrees_with_the_model_is_fine(tmp_path: Path) -> None:
    path = colours(tmp_path / "m.tflite", softmax)

    assert Classifier(path, TfliteModel, stated=StatedInput(size=(8, 8))).traits.category_names[0] == "red"
