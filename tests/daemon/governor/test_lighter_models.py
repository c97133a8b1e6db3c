"""Which lighter models there are: in the catalogue, and in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.base.machine_files import MachineFiles
from edge.config.sections import Settings
from edge.daemon.governor.lighter_models import lighter_models, with_models
from edge.runtime.catalog import load_catalog
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.settings import PoseSettings
from tests.edgetpu.sysfs import Sysfs

if TYPE_CHECKING:
    from pathlib import Path

RUNNING = ("pose", "classification", "action")
HEAVY = Settings(PoseSettings(model="movenet-thunder"), ClassificationSettings(model="efficientnet-lite2"))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    (tmp_path / "state" / "models").mkdir(parents=True)
    return tmp_path / "state" / "models"


def put(store: Path, *names: str) -> None:
    for name in names:
        (store / f"{name}.tflite").write_bytes(b"a model")


def lighter(tmp_path: Path, settings: Settings = HEAVY) -> dict[str, str]:
    return lighter_models(RUNNING, settings, MachineFiles(tmp_path))


def test_every_lighter_model_is_one_of_the_same_task_that_runs_and_is_smaller() -> None:
    models = load_catalog().models
    pairs = [(model, models[model.lighter]) for model in models.values() if model.lighter]
    assert ("movenet-thunder", "movenet-lightning") in [(one.name, other.name) for one, other in pairs]
    assert ("efficientnet-lite2", "efficientnet-lite0") in [(one.name, other.name) for one, other in pairs]
    for model, other in pairs:
        assert (model.task, other.runs, model.runs) == (other.task, True, True)
        assert other.input_px < model.input_px


def test_only_what_is_in_the_store_beside_the_configured_one_stands_in(tmp_path: Path, store: Path) -> None:
    put(store, "movenet-lightning", "efficientnet-lite2", "efficientnet-lite0")
    assert lighter(tmp_path) == {"classification": "efficientnet-lite0"}
    put(store, "movenet-thunder")
    assert lighter(tmp_path) == {"pose": "movenet-lightning", "classification": "efficientnet-lite0"}


def test_the_lightest_and_files_of_a_persons_own_stay(tmp_path: Path, store: Path) -> None:
    put(store, "movenet-lightning", "efficientnet-lite0")
    assert lighter(tmp_path, Settings()) == {}
    assert lighter(tmp_path, Settings(PoseSettings(model="/models/own.tflite"))) == {}


def test_what_an_attached_edgetpu_computes_stays(tmp_path: Path, store: Path) -> None:
    put(store, "movenet-thunder", "movenet-thunder_edgetpu", "movenet-lightning")
    sysfs = Sysfs(tmp_path)
    assert lighter(tmp_path) == {"pose": "movenet-lightning"}
    sysfs.plug()
    assert lighter(tmp_path) == {}
    on_cpu = HEAVY.having(InferenceSettings(device="cpu"))
    assert lighter(tmp_path, on_cpu) == {"pose": "movenet-lightning"}


def test_settings_with_other_models_are_else_the_same() -> None:
    settings = with_models(HEAVY, {"pose": "movenet-lightning"})
    assert settings[PoseSettings] == PoseSettings(model="movenet-lightning")
    assert settings[ClassificationSettings] == HEAVY[ClassificationSettings]
    assert with_models(HEAVY, {}) == HEAVY
