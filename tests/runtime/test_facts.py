"""What is stated of a model, and which source counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.facts import ModelFacts
from edge.runtime.normalization import Normalization
from edge.runtime.store.store import open_store
from tests.odd_models import published_as
from tests.support import ROOT
from tests.tflite import colour_classifier, metadata_bytes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A float classifier without metadata whose hash stands in the catalogue as that of EfficientNet-Lite0."""
    path = colour_classifier(tmp_path / "mine.tflite", dtype="float32")
    return published_as(path, "efficientnet-lite0-fp32", tmp_path / "models", monkeypatch)


def test_a_model_is_known_by_its_hash_under_any_name(known: Path) -> None:
    facts = ModelFacts(known)

    assert facts.known is not None
    assert facts.known.name == "efficientnet-lite0-fp32"
    assert facts.normalization == Normalization((127,), (128,))
    assert facts.input_px == (224, 224)


def test_another_file_of_the_same_size_is_not_known(known: Path) -> None:
    content = bytearray(known.read_bytes())
    content[-1] ^= 1
    known.write_bytes(content)

    assert ModelFacts(known).known is None


def test_a_model_of_the_store_is_known_by_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hashes of some are not known; what came in under the name is what was published under it."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    store = open_store()
    model = store.catalog.model("movinet-a2-fp16")
    path = store.path(model, model.files[0])
    path.parent.mkdir(parents=True)
    colour_classifier(path, dtype="float32")

    assert ModelFacts(path).known == model
    assert ModelFacts(path).input_px == (224, 224)


def test_a_starter_model_is_known_by_its_place() -> None:
    known = ModelFacts(ROOT / "models" / "starter" / "starter-action.tflite").known

    assert known is not None
    assert known.name == "starter-action"


def test_what_the_model_says_of_itself_comes_first(tmp_path: Path) -> None:
    metadata = metadata_bytes(normalization=(100.0, 10.0), size=(32, 48))
    facts = ModelFacts(colour_classifier(tmp_path / "m.tflite", dtype="float32", metadata=metadata))

    assert (facts.normalization, facts.input_px) == (Normalization((100.0,), (10.0,)), (32, 48))


def test_nothing_may_be_stated(tmp_path: Path) -> None:
    facts = ModelFacts(colour_classifier(tmp_path / "m.tflite", dtype="float32"))

    assert (facts.known, facts.normalization, facts.input_px) == (None, None, None)


def test_damaged_numbers_are_named(tmp_path: Path) -> None:
    metadata = metadata_bytes(normalization=((1.0, 2.0), (3.0, 4.0)))
    path = colour_classifier(tmp_path / "m.tflite", dtype="float32", metadata=metadata)

    with pytest.raises(ModelError, match=r"m.tflite: the metadata .* gives 2 numbers for the mean of 3.*; export it"):
        _ = ModelFacts(path).normalization
