"""Pictures into tensors of every type."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ModelError
from edge.runtime.interpreter import TfliteModel
from edge.runtime.normalization import Normalization
from edge.tasks.common.detection.region import RotatedRegion
from edge.tasks.common.image_input import ImageInput, turned
from edge.tasks.common.look import Look
from edge.tasks.common.placement import fitting_crop, place
from edge.types import FULL_FRAME, Box, Frame
from tests.tflite import colour_classifier, fixed_multipose, two_tensors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.types import Rotation


UNIT = Normalization((0.0,), (255.0,))


def written(
    model: TfliteModel, image: NDArray[np.uint8], *, area: bool = False, norm: Normalization = UNIT
) -> NDArray[Any]:
    """What the model's input holds after ``image`` was letterboxed into it."""
    tensor = next(iter(model.inputs.values()))
    writer = ImageInput(model, tensor, norm, area=area)
    size = Frame(0, image, 0, 0).size
    writer.write(image, place(fitting_crop("letterbox", FULL_FRAME, size, writer.size), size, writer.size, FULL_FRAME))
    copied: NDArray[Any] = model.view(tensor)[0].copy()
    return copied


def plain(value: tuple[int, int, int], height: int = 8, width: int = 16) -> NDArray[np.uint8]:
    return np.full((height, width, 3), value, np.uint8)


def test_uint8_takes_raw_bytes_and_black_margins(tmp_path: Path) -> None:
    tensor = written(TfliteModel(colour_classifier(tmp_path / "m.tflite")), plain((10, 20, 30)))

    assert tensor[2:6].reshape(-1, 3).tolist() == [[10, 20, 30]] * 32
    assert not tensor[:2].any()
    assert not tensor[6:].any()


def test_int8_takes_pixels_less_128(tmp_path: Path) -> None:
    tensor = written(TfliteModel(colour_classifier(tmp_path / "m.tflite", dtype="int8")), plain((0, 128, 255)))

    assert tensor[4, 4].tolist() == [-128, 0, 127]
    assert tensor[0, 0].tolist() == [-128, -128, -128]


def test_float_is_normalised(tmp_path: Path) -> None:
    model = TfliteModel(colour_classifier(tmp_path / "m.tflite", dtype="float32"))

    tensor = written(model, plain((0, 127, 255)), norm=Normalization((127.5,), (127.5,)))

    np.testing.assert_allclose(tensor[4, 4], [-1, -0.00392157, 1], atol=1e-6)
    np.testing.assert_allclose(tensor[0, 0], [-1, -1, -1], atol=1e-6)


@pytest.mark.parametrize(
    ("mean", "std"), [((100.0, 50.0, 25.0), (10.0, 5.0, 2.0)), ((100.0,), (10.0, 5.0, 2.0)), ((1.0, 2.0, 3.0), (4.0,))]
)
def test_each_channel_has_its_own_mean_and_std(tmp_path: Path, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
    model = TfliteModel(colour_classifier(tmp_path / "m.tflite", dtype="float32"))
    image = np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3)

    tensor = written(model, image, norm=Normalization(mean, std))

    pixels = written(model, image, norm=Normalization((0.0,), (1.0,)))
    np.testing.assert_allclose(tensor, (pixels - np.array(mean)) / np.array(std), rtol=1e-5, atol=1e-5)


def test_int32_takes_raw_values(tmp_path: Path) -> None:
    path = fixed_multipose(tmp_path / "m.tflite", np.zeros((6, 56), np.float32))

    assert written(TfliteModel(path, free_px=lambda: (8, 8)), plain((1, 2, 255)))[4, 4].tolist() == [1, 2, 255]


def test_a_second_picture_of_another_shape_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    model = TfliteModel(colour_classifier(tmp_path / "m.tflite"))
    written(model, plain((255, 255, 255), height=8, width=8))

    assert not written(model, plain((9, 9, 9)))[:2].any()


def test_still_pictures_are_averaged_and_streams_are_not(tmp_path: Path) -> None:
    """One bright pixel in each 8x8 block: area-averaging sees a 64th of it, two-tap linear sampling misses it."""
    image = np.zeros((64, 64, 3), np.uint8)
    image[::8, ::8] = 255
    model = TfliteModel(colour_classifier(tmp_path / "m.tflite"))

    assert written(model, image, area=True).min() == 4
    assert written(model, image, area=False).max() == 0


def test_what_is_no_image_is_named(tmp_path: Path) -> None:
    model = TfliteModel(two_tensors(tmp_path / "m.tflite"))

    with pytest.raises(ModelError, match=r"m.tflite: input 'tensor_0' is float32 \[1, 2\], not an RGB image"):
        ImageInput(model, next(iter(model.inputs.values())), UNIT, area=False)


def to_i420(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)


def soft_picture(height: int, width: int) -> NDArray[np.uint8]:
    """Colours that change slowly, so that chroma at half size loses next to nothing."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([255 * x / width, 255 * y / height, 128 + 100 * np.sin(x / width * 3)], axis=2).astype(np.uint8)


@pytest.mark.parametrize("area", [False, True])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
def test_i420_gives_the_same_tensor_as_rgb(tmp_path: Path, dtype: str, area: bool) -> None:
    model = TfliteModel(colour_classifier(tmp_path / "m.tflite", size=97, dtype=dtype))
    image = soft_picture(480, 640)
    rgb, i420 = written(model, image, area=area), written(model, to_i420(image), area=area)

    difference = np.abs(rgb.astype(float) - i420.astype(float)) * (255 if dtype == "float32" else 1)
    assert difference.max() <= 12  # chroma is a pixel off beside the odd edge
    assert difference.mean() <= 2


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> TfliteModel:
    return TfliteModel(colour_classifier(tmp_path_factory.mktemp("models") / "m.tflite"))


@given(
    half=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    corner=st.tuples(st.floats(-0.5, 0.9), st.floats(-0.5, 0.9)),
    extent=st.tuples(st.floats(0.2, 2.0), st.floats(0.2, 2.0)),
)
def test_any_part_of_an_i420_picture_may_be_written(
    small_model: TfliteModel, half: tuple[int, int], corner: tuple[float, float], extent: tuple[float, float]
) -> None:
    height, width = 2 * half[0], 2 * half[1]
    image = np.full((height, width, 3), (200, 60, 90), np.uint8)
    tensor = next(iter(small_model.inputs.values()))
    writer = ImageInput(small_model, tensor, UNIT, area=False)
    placement = place(Box(*corner, *extent), (height, width), writer.size, FULL_FRAME)
    seen = []
    for picture in (image, to_i420(image)):
        writer.write(picture, placement)
        seen.append(small_model.view(tensor).astype(int))

    assert np.abs(seen[0] - seen[1]).max() <= 4


@pytest.mark.parametrize(("turn", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_a_turned_picture_fills_an_input_that_is_not_square(
    tmp_path: Path, turn: Rotation, corner: tuple[int, int]
) -> None:
    """The top left corner of the picture goes clockwise around the input."""
    path = fixed_multipose(tmp_path / "m.tflite", np.zeros((6, 56), np.float32))
    model = TfliteModel(path, free_px=lambda: (8, 12))
    tensor = next(iter(model.inputs.values()))
    writer = ImageInput(model, tensor, UNIT, area=False)
    image = plain((9, 9, 9), height=40, width=60)
    image[:20, :20] = 250
    size = turned(writer.size, turn)

    writer.write(image, place(FULL_FRAME, (40, 60), size, FULL_FRAME), turn)

    view = model.view(tensor)[0, ..., 0]
    assert view[corner] == 250
    assert (view[[0, 0, -1, -1], [0, -1, 0, -1]] == 250).sum() == 1


def test_any_part_of_a_picture_is_written_as_the_input_wants_it(tmp_path: Path) -> None:
    model = TfliteModel(colour_classifier(tmp_path / "m.tflite", dtype="float32"))
    tensor = next(iter(model.inputs.values()))
    upside_down = RotatedRegion(8, 4, 16, 8, pi)

    ImageInput(model, tensor, UNIT, area=False).warp(plain((51, 0, 255)), upside_down.matrix)

    np.testing.assert_allclose(model.view(tensor)[0, 2:6, 2:6].reshape(-1, 3), [[0.2, 0, 1]] * 16, atol=1e-6)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_what_is_hidden_is_grey_and_nothing_else(tmp_path: Path, rotation: Rotation) -> None:
    """The upper left quarter of a white picture; turned with all the rest."""
    model = TfliteModel(colour_classifier(tmp_path / "m.tflite"))
    writer = ImageInput(model, next(iter(model.inputs.values())), UNIT, area=False)
    frame = Frame(0, plain((255, 255, 255), 16, 16), 0, 0)

    writer.show(frame, Look(fit="stretch", rotation=rotation, hidden=(Box(0, 0, 0.5, 0.5),)))

    seen = np.rot90(model.view(next(iter(model.inputs.values())))[0], rotation // 90)
    half = seen.shape[0] // 2
    assert (seen[:half, :half] == 127).all()
    assert (seen[half:] == 255).all()
    assert (seen[:, half:] == 255).all()


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
@given(data=st.data())
def test_what_is_staged_is_what_would_have_been_shown(
    tmp_path_factory: pytest.TempPathFactory, dtype: str, data: st.DataObject
) -> None:
    """Also when another picture was shown in between, and one more is staged."""
    model = TfliteModel(colour_classifier(tmp_path_factory.mktemp("model") / "m.tflite", dtype=dtype))
    tensor = next(iter(model.inputs.values()))
    frames = [Frame(n, np.random.default_rng(n).integers(0, 256, (24, 32, 3), np.uint8), 0, 0) for n in range(3)]
    crop = st.builds(Box, st.floats(-0.2, 0.5), st.floats(-0.2, 0.5), st.floats(0.3, 1), st.floats(0.3, 1))
    hidden = st.lists(crop, max_size=2).map(tuple)
    look = data.draw(st.builds(Look, crop, rotation=st.sampled_from((0, 90, 180, 270)), hidden=hidden))
    shown, staging = (ImageInput(model, tensor, UNIT, area=False) for _ in range(2))

    placement = shown.show(frames[0], look)
    wanted = model.view(tensor).copy()
    staged = staging.stage(frames[0], look)
    staging.stage(frames[1], look)
    shown.show(frames[2], look)
    staging.fill(staged)

    assert staged.placement == placement
    np.testing.assert_array_equal(model.view(tensor), wanted)
