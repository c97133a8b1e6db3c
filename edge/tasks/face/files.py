"""The files of a face model: its landmarks, and the detector of the range that is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.store.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.face.settings import Range


@dataclass(frozen=True, slots=True)
class FaceFiles:
    """Where they are; ``range`` is that of the detector."""

    landmarks: Path
    detector: Path
    range: Range


def files_of(model: ChosenModel, face_range: Range) -> FaceFiles:
    """Those of a model of the catalogue, of a bundle or, where a file holds landmarks alone, a detector of the store.

    Raises:
        ModelError: there is no such detector.
    """
    if not model.parts:
        return FaceFiles(model.path, _stored(model.path, face_range), face_range)
    if face_range not in model.parts:
        has = " or ".join(role for role in model.parts if role != "landmarks")
        raise ModelError(f"{model.name}: no detector of the {face_range} range; set face.range to {has}")
    return FaceFiles(model.parts["landmarks"], model.parts[face_range], face_range)


def _stored(path: Path, face_range: Range) -> Path:
    name = f"face-detection-{face_range}-range"
    try:
        return open_store().path_of(name)
    except ModelError as error:
        raise type(error)(f"{path}: landmarks of faces; their detector {name}: {error}") from None
