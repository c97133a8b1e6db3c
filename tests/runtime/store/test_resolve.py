"""Which models may be chosen by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.cli.main import main
from edge.errors import ModelError
from edge.runtime.catalog import load_catalog
from edge.runtime.interpreter import TfliteModel
from edge.runtime.store import resolve
from edge.runtime.store.resolve import models_at_hand, stored_model
from edge.runtime.store.store import open_store
from edge.tasks.pose.models import open_pose_model
from tests.runtime.store import samples
from tests.runtime.store.samples import model, model_bytes, pinned

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.store.store import Store
    from tests.support import SharedData

CONTENT = model_bytes()
TOY = model(pinned("https://example.com/toy.tflite", CONTENT))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two models for pose with the same file, one of which cannot run, and one that is not here."""
    store = samples.store(
        tmp_path, TOY, replace(TOY, name="part", runs=False), replace(TOY, name="away"), replace(TOY, name="other")
    )
    for name in ("toy", "part"):
        (tmp_path / f"{name}.tflite").write_bytes(CONTENT)
    monkeypatch.setattr(resolve, "open_store", lambda: store)
    return store


@pytest.mark.usefixtures("store")
def test_only_what_is_here_and_can_run_is_offered() -> None:
    assert models_at_hand("pose") == ("toy",)
    assert models_at_hand("action") == ()


@pytest.mark.usefixtures("store")
def test_what_cannot_run_is_refused_with_its_key() -> None:
    with pytest.raises(ModelError, match=r"^pose\.model = 'part': a model that this version cannot run"):
        stored_model("pose", "part")


def test_the_catalogue_says_of_each_pose_model_whether_it_runs(
    shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    assert main(["models", "import", str(shared.path("models"))]) == 0
    offered, store = models_at_hand("pose"), open_store()
    for one in load_catalog().models.values():
        file = one.file("cpu")
        if one.task != "pose" or file is None or not store.has(one, file):
            continue
        if one.parts:
            assert one.name in offered
            continue
        try:
            open_pose_model(store.path_of(one.name), TfliteModel, still=True, long_side_px=256)
        except ModelError:
            assert one.name not in offered
        else:
            assert one.name in offered
    assert "blazepose-detector" not in offered
    assert {"starter-pose", "movenet-lightning", "posenet", "blazepose-landmarks-lite"} <= set(offered)
