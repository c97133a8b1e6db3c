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
from edge.runtime.catalog import load_catalog
from edge.runtime.model_pair import ModelPair
from edge.tasks.action.settings import ActionSettings
from edge.tasks.classification.processor import ClassificationProcessor
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.model_choice import choose_model
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.processor import PoseProcessor
from edge.tasks.pose.settings import PoseSettings
from tests.cli.toys import pose_model, red_dot
from tests.odd_models import colours, softmax
from tests.support import make_frame
from tests.tflite import colour_classifier, custom_op_model

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
@pytest.mark.parametrize("model", ["movinet-a0", "no-such-model", "blazepose-detector"])
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


PAIRED = "efficientnet-edgetpu-s"
"""A model of which both variants are published, and the catalogue knows the SHA-256 of neither."""
BOTH = Settings(ClassificationSettings(model=PAIRED))


def put(store: Path, model: Path, name: str) -> Path:
    """Let a toy lie in the store under a name, with the record that goes with it."""
    store.mkdir(parents=True, exist_ok=True)
    path = model.rename(store / name)
    record = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "size_bytes": 1, "origin": "here"}
    (store / f"{name}.json").write_text(json.dumps(record))
    labels = load_catalog().model(PAIRED).label_file()
    path.with_suffix(".txt").write_bytes(labels or b"")
    return path


@pytest.fixture
def store(no_models: Path, tmp_path: Path) -> Path:
    """A store with the file for the CPU."""
    put(no_models, colour_classifier(tmp_path / "cpu.tflite"), f"{PAIRED}.tflite")
    return no_models


def test_a_model_is_chosen_with_its_file_for_the_edgetpu(store: Path, tmp_path: Path) -> None:
    compiled = put(store, compiled_model(tmp_path / "tpu.tflite"), f"{PAIRED}_edgetpu.tflite")
    chosen = choose_model("classification", BOTH)
    assert (chosen.edgetpu, chosen.no_edgetpu) == (compiled, "")
    assert chosen.pair == ModelPair(store / f"{PAIRED}.tflite", compiled)
    assert not chosen.may_become_another


def test_without_that_file_the_cpu_runs_it_and_it_is_said_what_gets_the_other(store: Path) -> None:
    chosen = choose_model("classification", BOTH)
    assert chosen.pair == ModelPair(store / f"{PAIRED}.tflite", None)
    assert chosen.no_edgetpu == (
        f"the file of {PAIRED} for the EdgeTPU is not in the model store {store}; get it with: sudo edge models pull "
        f"{PAIRED} --edgetpu"
    )
    assert chosen.may_become_another


def test_a_broken_file_for_the_edgetpu_is_left_alone(store: Path, tmp_path: Path) -> None:
    compiled = put(store, compiled_model(tmp_path / "tpu.tflite"), f"{PAIRED}_edgetpu.tflite")
    compiled.write_bytes(compiled.read_bytes() + b"!")
    chosen = choose_model("classification", BOTH)
    assert chosen.edgetpu is None
    assert chosen.may_become_another
    assert chosen.no_edgetpu.startswith(f"{compiled} is broken: its SHA-256 is ")
    assert chosen.no_edgetpu.endswith(f"get it again with: sudo edge models pull {PAIRED} --edgetpu")


@pytest.mark.usefixtures("no_models")
def test_what_has_no_variant_for_the_edgetpu_says_so() -> None:
    chosen = choose_model("action", Settings(ActionSettings(model="starter-action")))
    assert chosen.no_edgetpu == "starter-action has no variant for the EdgeTPU"
    assert not chosen.may_become_another


@pytest.mark.usefixtures("store")
def test_on_the_cpu_nothing_is_missing() -> None:
    chosen = choose_model("classification", BOTH.having(InferenceSettings(device="cpu")))
    assert (chosen.edgetpu, chosen.no_edgetpu) == (None, "")


def test_a_file_of_ones_own_goes_with_the_one_that_was_compiled_of_it(tmp_path: Path) -> None:
    cpu, compiled = colour_classifier(tmp_path / "my.tflite"), compiled_model(tmp_path / "my_edgetpu.tflite")
    for given in (cpu, compiled):
        chosen = choose_model("classification", Settings(ClassificationSettings(model=str(given))))
        assert (chosen.name, chosen.path, chosen.pair) == ("my", cpu, ModelPair(cpu, compiled))
    compiled.unlink()
    alone = choose_model("classification", Settings(ClassificationSettings(model=str(cpu))))
    assert (alone.edgetpu, alone.no_edgetpu) == (None, f"there is no {compiled}")
    assert alone.may_become_another


def test_a_compiled_file_alone_has_no_other_variant(tmp_path: Path) -> None:
    compiled = compiled_model(tmp_path / "my_edgetpu.tflite")
    chosen = choose_model("classification", Settings(ClassificationSettings(model=str(compiled))))
    assert (chosen.path, chosen.pair) == (compiled, ModelPair(None, compiled))


def compiled_model(path: Path) -> Path:
    return custom_op_model(path, "edgetpu-custom-op")
