"""Importing files whatever they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.catalog import load_catalog
from edge.runtime.store.recognise import import_files, recognise
from edge.runtime.store.store import Store
from tests.runtime.store import samples
from tests.runtime.store.samples import git_blob, model, model_bytes, names, pinned, unpinned

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.store.recognise import Candidate
    from tests.support import SharedData

KNOWN = model(pinned("https://example.com/a", model_bytes(0)), name="known")
BY_BLOB = model(unpinned("https://example.com/b", git_blob=git_blob(model_bytes(1))[:8]), name="by-blob")
UNKNOWN = model(unpinned("https://example.com/c"), name="unknown")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return samples.store(tmp_path / "models", KNOWN, BY_BLOB, UNKNOWN)


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    (folder / "deeper").mkdir(parents=True)
    (folder / "download (3)").write_bytes(model_bytes(0))
    (folder / "deeper" / "some.tflite").write_bytes(model_bytes(1))
    (folder / "unknown.tflite").write_bytes(model_bytes(2))
    (folder / "mine.tflite").write_bytes(model_bytes(3))
    (folder / "notes.txt").write_text("buy milk")
    return folder


def look_at(store: Store, path: Path) -> Candidate | None:
    with path.open("rb") as content:
        return recognise(store.catalog, path, content)


def test_models_are_known_by_their_bytes_or_at_last_by_their_name(store: Store, downloads: Path) -> None:
    found = {one.path.name: one.model.name if one.model else None for one in import_files(store, [downloads])}

    assert found == {
        "download (3)": "known",
        "some.tflite": "by-blob",
        "unknown.tflite": "unknown",
        "mine.tflite": None,
        "notes.txt": None,
    }
    assert {name for name in names(store.folder) if name.endswith(".tflite")} == {
        "known.tflite",
        "by-blob.tflite",
        "unknown.tflite",
    }
    assert store.path_of("known").read_bytes() == model_bytes(0)
    assert (downloads / "download (3)").exists()


def test_what_is_here_already_is_not_copied_again_unless_broken(store: Store, downloads: Path) -> None:
    def is_new() -> list[bool]:
        return [one.is_new for one in import_files(store, [downloads / "download (3)"])]

    assert is_new() == [True]
    assert is_new() == [False]
    store.path_of("known").write_bytes(b"broken")
    assert is_new() == [True]


def test_a_path_that_is_not_there_stops_everything_first(store: Store, downloads: Path) -> None:
    with pytest.raises(ModelError, match="gone: no such file or folder; nothing was imported"):
        list(import_files(store, [downloads, downloads / "gone"]))

    assert names(store.folder) == set()


def test_a_file_of_the_right_name_and_no_model_is_not_taken(store: Store, tmp_path: Path) -> None:
    (tmp_path / "unknown.tflite").write_text("<html/>")

    assert look_at(store, tmp_path / "unknown.tflite") is None


def test_the_real_models_are_recognised_whatever_they_are_called(shared: SharedData, tmp_path: Path) -> None:
    store = Store(tmp_path / "models", load_catalog())
    known = {
        "movenet_single_pose_lightning_ptq.tflite": "movenet-lightning.tflite",
        "movenet_single_pose_lightning_ptq_edgetpu.tflite": "movenet-lightning_edgetpu.tflite",
        "movinet_a0_stream_int8.tflite": "movinet-a0.tflite",
        "mobilenet_v2_1.0_224_quant.tflite": "mobilenet-v2.tflite",
        "mobilenet_v2_1.0_224_quant_google_legacy.tflite": "mobilenet-v2-legacy.tflite",
        "mobilenet_v1_0.25_128_quant.tflite": "mobilenet-v1-025-128.tflite",
        "mobilenet_v1_0.25_128_quant_edgetpu.tflite": "mobilenet-v1-025-128_edgetpu.tflite",
        "mobilenet_v1_0.25_224_quant_metadata.tflite": "mobilenet-v1-025-224.tflite",
        "posenet_mobilenet_v1_075_353_481_quant_nodecoder.tflite": "posenet.tflite",
        "palm_detection_lite.tflite": "palm-detection-lite.tflite",
        "hand_landmark_lite.tflite": "mediapipe-hands-lite.tflite",
        "hand_landmark_full.tflite": "mediapipe-hands-full.tflite",
        "palm_detection_full.tflite": "palm-detection-full.tflite",
        "gesture_embedder.tflite": "gesture-embedder.tflite",
        "canned_gesture_classifier.tflite": "gesture-classifier.tflite",
        "pose_detection.tflite": "blazepose-detector.tflite",
        "pose_landmark_lite.tflite": "blazepose-landmarks-lite.tflite",
        "face_detection_short_range.tflite": "face-detection-short-range.tflite",
        "face_detection_full_range_sparse.tflite": "face-detection-full-range.tflite",
        "face_landmark.tflite": "mediapipe-face.tflite",
    }

    found = {
        one.path.name: one.model.stored_name(one.file)
        for one in import_files(store, [shared.path("models")])
        if one.model is not None and one.file is not None
    }

    assert found == known
    assert {name for name in names(store.folder) if name.endswith(".tflite")} == set(known.values())
    here = [(model, file) for model, file in store.catalog.files() if store.has(model, file) and not file.bundled]
    assert [store.problem(model, file) for model, file in here] == [""] * len(known)


def test_a_huge_file_is_not_even_read(store: Store, downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look_at(store, downloads / "download (3)") == (KNOWN, KNOWN.files[0])

    monkeypatch.setattr("edge.runtime.store.recognise.LIMIT_BYTES", 1000)

    assert look_at(store, downloads / "download (3)") is None
