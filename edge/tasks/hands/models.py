"""Which files make up a model of hands."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.model_file import check_model_file
from edge.runtime.outline import read_outline
from edge.runtime.store.store import open_store
from edge.tasks.hands.landmarker import is_landmarker
from edge.tasks.hands.settings import GESTURE_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from edge.tasks.common.model_choice import ChosenModel

_DETECTOR = "palm-detection-lite"
_GESTURES = dict(zip(GESTURE_ROLES, ("gesture-embedder", "gesture-classifier"), strict=True))
"""Models of the catalogue that go with files of one's own, by role."""

_log = logging.getLogger(__name__)


def parts_of(model: ChosenModel, *, gestures: bool) -> Mapping[str, Path]:
    """The files of a model, by role; those for gestures only where they are wanted, and there.

    Raises:
        ModelError: one cannot be used, or is missing.
    """
    parts = dict(model.parts or _own_parts(model.path))
    if not gestures:
        return {role: path for role, path in parts.items() if role not in _GESTURES}
    return parts if parts.keys() >= _GESTURES.keys() else {**parts, **_stored_gestures()}


def _own_parts(path: Path) -> Mapping[str, Path]:
    """A file of landmarks alone, and the palm detector of the store."""
    check_model_file(path)
    if not is_landmarker(read_outline(path).outputs):
        raise ModelError(f"{path}: not MediaPipe's hand landmarks; give such a file, or a .task bundle with them")
    try:
        return {"landmarks": path, "detector": open_store().path_of(_DETECTOR)}
    except ModelError as error:
        raise type(error)(f"{path}: hand landmarks; their palm detector {_DETECTOR}: {error}") from None


def _stored_gestures() -> Mapping[str, Path]:
    """Those of the store; none where one of them cannot be used, which is said of each."""
    store = open_store()
    found: dict[str, Path] = {}
    missing: list[str] = []
    for role, name in _GESTURES.items():
        try:
            found[role] = store.path_of(name)
        except ModelError as error:
            missing.append(str(error))
    if missing:
        _log.warning("hands runs without gestures: %s", "; ".join(missing))
        return {}
    return found
