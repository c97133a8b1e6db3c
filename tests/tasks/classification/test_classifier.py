"""Image classifiers of every type, and the real ones on pictures with known answers."""

from __future__ import annotations

import csv
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.classification.classifier import Classifier
from edge.tasks.common.look import STRETCHED, Look
from edge.types import Box
from tests.odd_models import colours, index_of_best
from tests.support import make_frame, picture
from tests.tflite import append_files, colour_classifier, dot_pose, metadata_bytes, two_tensors

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Fit, Frame, Rotation
    from tests.support import SharedData

COLOURS = "red\ngreen\nblue\n"


def halves() -> Frame:
    """Left half red, right half blue."""
    image = np.zeros((20, 40, 3), np.uint8)
    image[:, :20, 0] = 240
    image[:, 20:, 2] = 240
    return make_frame(image)


def labelled(path: Path) -> Path:
    return append_files(path, {"labels.txt": COLOURS})


@pytest.mark.parametrize("dtype", ["uint8", "int8"])
@pytest.mark.parametrize("logits", [True, False])
def test_quantised_scores_become_probabilities(tmp_path: Path, dtype: str, *, logits: bool) -> None:
    """Means of 160, 80, 0 at a scale of 1/16 are logits of 10, 5, 0."""
    path = labelled(colour_classifier(tmp_path / "m.tflite", dtype=dtype, logits=logits))
    image = np.full((8, 8, 3), (160, 80, 0), np.uint8)

    scores = Classifier(path, TfliteModel).observe(make_frame(image), STRETCHED).values

    np.testing.assert_allclose(scores, [0.9933, 0.0067, 0.00005], atol=1 / 256)


def test_float_pictures_are_normalised_as_the_metadata_says(tmp_path: Path) -> None:
    metadata = metadata_bytes({"": "labels.txt"}, normalization=(100.0, 10.0))
    path = labelled(colour_classifier(tmp_path / "m.tflite", dtype="float32", logits=True, metadata=metadata))

    scores = (
        Classifier(path, TfliteModel)
        .observe(make_frame(np.full((8, 8, 3), (110, 100, 90), np.uint8)), STRETCHED)
        .values
    )

    np.testing.assert_allclose(scores, np.exp([1, 0, -1]) / np.exp([1, 0, -1]).sum(), atol=1e-6)


def test_display_names_follow_the_locale(tmp_path: Path) -> None:
    metadata = metadata_bytes({"": "labels.txt", "de": "de.txt"})
    path = append_files(
        colour_classifier(tmp_path / "m.tflite", metadata=metadata),
        {"labels.txt": COLOURS, "de.txt": "rot\ngrün\nblau\n"},
    )

    assert Classifier(path, TfliteModel, locale="de").traits.display_names == ("rot", "grün", "blau")


@pytest.mark.parametrize(("region", "best"), [(Box(0, 0, 0.5, 1), 0), (Box(0.5, 0, 0.5, 1), 2)])
def test_only_the_region_counts(tmp_path: Path, region: Box, best: int) -> None:
    task = Classifier(labelled(colour_classifier(tmp_path / "m.tflite")), TfliteModel)

    assert task.observe(halves(), Look(fit="stretch", region=region)).values.argmax() == best


@pytest.mark.parametrize(("fit", "red"), [("stretch", 0.5), ("center_crop", 0.5), ("letterbox", 0.25)])
def test_fit_decides_how_much_of_the_input_is_picture(tmp_path: Path, fit: Fit, red: float) -> None:
    """A picture twice as wide as high fills half of a letterboxed input, so the mean red is halved."""
    path = labelled(colour_classifier(tmp_path / "m.tflite", logits=True))
    task = Classifier(path, TfliteModel, still=True)

    scores = task.observe(halves(), Look(fit=fit)).values

    logit = red * 240 / 16
    assert scores[0] / scores[1] == pytest.approx(np.exp(logit), rel=0.1)


@pytest.mark.parametrize(("rotate", "found"), [(0, "left"), (90, "top"), (180, "right"), (270, "bottom")])
def test_the_region_is_cut_out_and_then_turned(tmp_path: Path, rotate: Rotation, found: str) -> None:
    """The left edge of the frame is red. Turned clockwise it comes to lie at the top, the right, the bottom."""
    image = np.zeros((30, 60, 3), np.uint8)
    image[:, :15] = (240, 0, 0)
    path = labelled(colour_classifier(tmp_path / "m.tflite"))
    task = Classifier(path, TfliteModel, still=True)

    task.observe(make_frame(image), Look(fit="letterbox", region=Box(0, 0, 0.5, 1), rotation=rotate))

    (tensor,) = task.model.inputs.values()
    red = task.model.view(tensor)[0, ..., 0]
    halves = {"left": red[:, :4], "right": red[:, 4:], "top": red[:4], "bottom": red[4:]}
    assert halves[found].min() == 240
    assert sum(int(half.min()) == 240 for half in halves.values()) == 1


def test_models_for_other_tasks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not an image classifier"):
        Classifier(dot_pose(tmp_path / "pose.tflite"), TfliteModel)
    with pytest.raises(ModelError, match="labels"):
        Classifier(two_tensors(tmp_path / "two.tflite"), TfliteModel)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_the_index_of_the_best_class_is_no_score(tmp_path: Path, dtype: str) -> None:
    path = colours(tmp_path / "m.tflite", lambda b, logits: index_of_best(b, logits, dtype), labels="red\ngreen")

    with pytest.raises(
        ModelError, match=rf"not an image classifier.*the first {dtype} \[1\]; .*set classification.model"
    ):
        Classifier(path, TfliteModel)


def test_cat(shared: SharedData) -> None:
    """Coral's own expectation: class 286 above 0.7."""
    task = Classifier(shared.path("models/mobilenet/mobilenet_v2_1.0_224_quant.tflite"), TfliteModel, still=True)

    scores = task.observe(make_frame(picture(shared.path("media/coral/cat.bmp"))), STRETCHED).values

    assert scores.argmax() == 286
    assert scores[286] > 0.7


def test_cat_by_the_small_model(shared: SharedData) -> None:
    """Coral's own expectation: class 283 above 0.25 in the top 3; with linear resampling, as Coral resizes."""
    task = Classifier(shared.path("models/mobilenet/mobilenet_v1_0.25_128_quant.tflite"), TfliteModel)

    scores = task.observe(make_frame(picture(shared.path("media/coral/cat.bmp"))), STRETCHED).values

    assert 283 in np.argsort(-scores)[:3]
    assert scores[283] > 0.25


def test_burger(shared: SharedData) -> None:
    model = shared.path("models/mobilenet/mobilenet_v1_0.25_224_quant_metadata.tflite")
    task = Classifier(model, TfliteModel, still=True)

    scores = task.observe(make_frame(picture(shared.path("media/cls_tflite_support/burger.jpg"))), STRETCHED).values

    assert task.traits.category_names[scores.argmax()] == "cheeseburger"
    assert scores.max() == pytest.approx(0.96, abs=0.03)


@pytest.mark.parametrize("fit", ["stretch", "center_crop"])
def test_flowers(shared: SharedData, fit: Fit) -> None:
    model = shared.path("models/efficientnet_lite0/flowers5_tflclassify_int8.tflite")
    task = Classifier(model, partial(TfliteModel, threads=2), still=True)
    pictures = sorted(shared.path("media/tf_flowers").rglob("*.jpg"))

    right = sum(
        task.traits.category_names[task.observe(make_frame(picture(path)), Look(fit=fit)).values.argmax()]
        == path.parent.name
        for path in pictures
    )

    assert len(pictures) == 50
    assert right >= 45


@pytest.mark.parametrize(
    ("model", "labels"),
    [
        ("mobilenet_v2_1.0_224_quant.tflite", None),
        ("mobilenet_v2_1.0_224_quant_google_legacy.tflite", "labels/coral_imagenet_labels_1001.txt"),
    ],
)
def test_imagenet(shared: SharedData, model: str, labels: str | None) -> None:
    folder = shared.path("media/imagenet_sample")
    with (folder / "index.csv").open() as file:
        truth = {row["file"]: int(row["class_index_1000"]) + 1 for row in csv.DictReader(file) if row["staged"] == "1"}
    task = Classifier(
        shared.path(f"models/mobilenet/{model}"),
        partial(TfliteModel, threads=2),
        still=True,
        labels_file=shared.path(labels) if labels else None,
    )
    present = [name for name in truth if (folder / name).exists()]

    right = sum(
        int(task.observe(make_frame(picture(folder / name)), Look(fit="center_crop")).values.argmax()) == truth[name]
        for name in present
    )

    assert len(present) == 60
    assert right >= 50
