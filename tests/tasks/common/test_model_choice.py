"""Which model a task runs, and how the configured one takes over once it is there."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.config.sections import Settings
from edge.daemon.build import build_processor, prepare_change
from edge.errors import ModelError, ModelMissingError
from edge.runtime import package_data
from edge.tasks.classification.processor import ClassificationProcessor
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.model_choice import choose_model
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.processor import PoseProcessor
from edge.tasks.pose.settings import PoseSettings
from tests.cli.toys import pose_model, red_dot
from tests.odd_models import colours, softmax
from tests.support import make_frame

if TYPE_CHECKING:
    from pathlib import Path

UNPINNED = "movenet-multipose"
"""A model of which the catalogue knows no SHA-256, so that a toy can take its place in the store."""
MISSING = Settings(PoseSettings(model=UNPINNED))


def install(store: Path, folder: Path) -> None:
    """Put a toy into the store under its name."""
    store.mkdir(parents=True, exist_ok=True)
    path = pose_model(folder).rename(store / f"{UNPINNED}.tflite")
    record = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "size_bytes": 1, "origin": "here"}
    (store / f"{UNPINNED}.tflite.json").write_text(json.dumps(record))


def built(settings: Settings) -> PoseProcessor:
    processor = build_processor("pose", settings, running=("pose",), still=False)
    assert isinstance(processor, PoseProcessor)
    return processor


def change(processor: PoseProcessor, before: Settings, after: Settings) -> None:
    prepare_change(processor, before, after, running=("pose",))()


def test_a_missing_model_is_stood_in_for_and_the_command_that_gets_it_is_said(no_models: Path) -> None:
    chosen = choose_model("pose", Settings())

    assert chosen.name == "starter-pose"
    assert chosen.path.name == "starter-pose.tflite"
    assert chosen.fallback_for == "movenet-lightning"
    assert chosen.notice == (
        f"pose.model = 'movenet-lightning': not in the model store {no_models}; get it with: sudo edge models pull "
        "movenet-lightning; until then starter-pose runs in its place"
    )


@pytest.mark.usefixtures("no_models")
def test_the_label_file_of_the_missing_model_is_left_out(tmp_path: Path) -> None:
    labels = tmp_path / "labels.txt"
    settings = Settings(ClassificationSettings(labels=str(labels)))
    assert choose_model("classification", settings).labels is None
    own = settings.having(replace(settings[ClassificationSettings], model=str(tmp_path / "my.tflite")))
    assert choose_model("classification", own).labels == labels


@pytest.mark.parametrize("key", ["mean", "std", "input_size"])
def test_another_input_takes_effect_between_two_frames(tmp_path: Path, key: str) -> None:
    """Raw pixels at first: green. Less bright by far, or with less in green than in the others, no longer."""
    path = colours(tmp_path / "my.tflite", softmax, open_sides=(1, 2))
    own = ClassificationSettings(model=str(path), mean=(0.0,), std=(1.0,), input_size=(8,))
    changes = {"mean": {"mean": (0.0, 400.0, 0.0)}, "std": {"std": (1000.0,)}, "input_size": {"input_size": (16,)}}
    before = Settings(own)
    after = Settings(replace(own, **changes[key]))  # type: ignore[arg-type]
    processor = build_processor("classification", before, running=("classification",), still=False)
    assert isinstance(processor, ClassificationProcessor)
    image = np.zeros((16, 16, 3), np.uint8)
    image[..., 1] = 200

    scores = [processor.process(make_frame(image))]
    prepare_change(processor, before, after, running=("classification",))()
    scores.append(processor.process(make_frame(image, time_s=1)))

    first, second = ({one.category_name: one.score for one in result.categories} for result in scores if result)
    assert first["green"] > 0.99
    assert second["green"] > 0.99 if key == "input_size" else second["green"] < 0.4


def test_a_model_that_is_there_runs_itself(tmp_path: Path, no_models: Path) -> None:
    install(no_models, tmp_path)

    chosen = choose_model("pose", MISSING)

    assert (chosen.name, chosen.fallback_for, chosen.notice) == (UNPINNED, "", "")
    assert chosen.path == no_models / f"{UNPINNED}.tflite"


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize("model", ["movinet-a0", "no-such-model", "blazepose-lite"])
def test_only_what_is_missing_is_stood_in_for_not_what_is_wrong(model: str) -> None:
    with pytest.raises(ModelError) as refused:
        choose_model("pose", Settings(PoseSettings(model=model)))
    assert not isinstance(refused.value, ModelMissingError)


def test_a_broken_model_is_not_stood_in_for(tmp_path: Path, no_models: Path) -> None:
    install(no_models, tmp_path)
    (no_models / f"{UNPINNED}.tflite").write_bytes(b"half of it")

    with pytest.raises(ModelError, match="is broken: its SHA-256 is"):
        choose_model("pose", MISSING)


@pytest.mark.usefixtures("no_models")
def test_it_can_be_switched_off() -> None:
    with pytest.raises(ModelMissingError, match=r"get it with: sudo edge models pull movenet-lightning$"):
        choose_model("pose", Settings(InferenceSettings(fallback_to_starter=False)))


def test_without_starter_models_the_missing_one_is_named(no_models: Path) -> None:
    shutil.rmtree(no_models.parents[1] / "toy-models" / "starter")

    with pytest.raises(ModelMissingError, match=r"get it with: sudo edge models pull movenet-lightning$"):
        choose_model("pose", Settings())


def test_on_reload_the_model_that_has_come_takes_over(
    tmp_path: Path, no_models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    processor = built(MISSING)
    before = processor.process(make_frame(red_dot()))
    change(processor, MISSING, MISSING)
    still_missing = processor.model.name
    install(no_models, tmp_path)
    change(processor, MISSING, MISSING)
    after = processor.process(make_frame(red_dot(), time_s=1))

    assert before is not None
    assert after is not None
    assert (before.model, still_missing, after.model) == ("starter-pose", "starter-pose", UNPINNED)
    assert processor.model.fallback_for == ""
    assert len(caplog.messages) == 1  # said once, not at every reload


@pytest.mark.usefixtures("no_models")
def test_on_reload_switching_it_off_is_refused_while_the_model_is_missing() -> None:
    processor = built(MISSING)
    without = MISSING.having(InferenceSettings(fallback_to_starter=False))

    with pytest.raises(ModelMissingError, match=rf"edge models pull {UNPINNED}$"):
        change(processor, MISSING, without)


def test_the_package_data_of_other_tests_is_the_real_one() -> None:
    assert package_data._CHECKOUT.name == "models"
