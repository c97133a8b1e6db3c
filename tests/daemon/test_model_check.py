"""What is known of a model before it is loaded."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.config.sections import Settings
from edge.daemon.model_check import missing_models, wrong_models
from edge.runtime.catalog import load_catalog
from edge.settings import SCHEMA
from edge.tasks.action.settings import ActionSettings
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.settings import PoseSettings
from tests.cli.toys import pose_model
from tests.support import TASK_NAMES

if TYPE_CHECKING:
    from pathlib import Path

MODEL = ("pose.model",)


def wrong(model: str, *, for_service: bool = False) -> list[str]:
    settings = Settings(PoseSettings(model=model))
    return [str(problem) for problem in wrong_models(settings, MODEL, for_service=for_service)]


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("movenet-lightnig", "did you mean movenet-lightning?"),
        ("MoveNet-Lightning", "there is no model 'MoveNet-Lightning' in the catalogue"),
        ("efficientnet-lite0", "a model for classification"),
        ("mediapipe-hands-lite", "a model for hands"),
        ("blazepose-detector", "a model that this version cannot run"),
    ],
)
def test_a_name_that_cannot_be_right_is_a_problem_of_its_key(model: str, sentence: str) -> None:
    (problem,) = wrong(model)
    assert problem.startswith(f'pose.model = "{model}": {sentence}') or sentence in problem


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.tflite", None, "no such model file"),
        ("page.tflite", b"<html>404</html>", "not a complete TFLite model"),
        ("empty.tflite", b"", "not a complete TFLite model"),
        ("model.h5", b"\x89HDF\r\n\x1a\n", "not a complete TFLite model"),
        ("bundle.task", b"PK\x03\x04 and more", "not a complete bundle of models"),
    ],
)
def test_a_path_is_looked_at(tmp_path: Path, name: str, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    (problem,) = wrong(str(tmp_path / name))
    assert problem.startswith(f'pose.model = "{tmp_path / name}": {sentence}')


def test_a_folder_and_a_pipe_are_no_models(tmp_path: Path) -> None:
    (tmp_path / "folder.tflite").mkdir()
    os.mkfifo(tmp_path / "pipe.tflite")
    os.mkfifo(tmp_path / "pipe.task")
    assert "is a folder" in wrong(str(tmp_path / "folder.tflite"))[0]
    assert "no such model file" in wrong(str(tmp_path / "pipe.tflite"))[0]
    assert "no such bundle of models" in wrong(str(tmp_path / "pipe.task"))[0]


def test_a_model_that_may_run_is_none(tmp_path: Path) -> None:
    assert wrong(str(pose_model(tmp_path))) == []
    assert wrong("starter-pose") == []


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize("may_fall_back", [True, False])
def test_what_is_not_in_the_store_is_a_warning_with_the_command(*, may_fall_back: bool) -> None:
    settings = Settings(InferenceSettings(fallback_to_starter=may_fall_back))
    assert list(wrong_models(settings, MODEL)) == []
    (warning,) = missing_models(settings, MODEL)
    assert "get it with: sudo edge models pull movenet-lightning" in warning
    assert ("until then starter-pose runs" in warning) is may_fall_back


def test_a_broken_file_of_the_store_is_a_problem(no_models: Path) -> None:
    no_models.mkdir(parents=True)
    (no_models / "movenet-lightning.tflite").write_bytes(b"half of it")
    assert "get it again with: sudo edge models pull movenet-lightning" in wrong("movenet-lightning")[0]
    assert list(missing_models(Settings(), MODEL)) == []


@pytest.mark.parametrize("path", ["/home/pi/birds.tflite", "/root/birds.tflite", "/run/user/1000/birds.tflite"])
def test_what_the_service_cannot_see_is_said_with_the_way_out(path: str) -> None:
    (problem,) = wrong(path, for_service=True)
    assert "the service cannot see into home folders; copy it: sudo install" in problem
    assert "no such model file" in wrong(path)[0]


def test_the_service_itself_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/edge")
    assert "the service cannot see into home folders" in wrong("/home/pi/birds.tflite")[0]


def test_only_what_the_keys_bear_on_is_looked_at(tmp_path: Path) -> None:
    none = str(tmp_path / "none")
    off = ClassificationSettings(enabled=False, model="no-such", labels=none)
    settings = Settings(off, ActionSettings(labels=none), PoseSettings(model="no-such"))
    assert list(wrong_models(settings, ["pose.fit", "classification.enabled"])) == []
    assert [p.key for p in wrong_models(settings, ["classification.model"])] == ["classification.model"]
    assert [p.key for p in wrong_models(settings, ["action.labels"])] == ["action.labels"]
    switched_on = settings.having(replace(off, enabled=True))
    keys = [p.key for p in wrong_models(switched_on, ["classification.enabled"])]
    assert keys == ["classification.model", "classification.labels"]


@pytest.mark.no_cover
def test_no_model_of_the_catalogue_suits_two_tasks() -> None:
    settings = Settings()
    for name in load_catalog().models:
        named = {task: SCHEMA.with_values(settings, {f"{task}.model": name}) for task in TASK_NAMES}
        suited = [task for task, one in named.items() if not [*wrong_models(one, [f"{task}.model"])]]
        assert len(suited) <= 1, name
