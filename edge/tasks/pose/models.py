"""Which observer runs a pose model, by what its file gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.model_file import check_model_file
from edge.runtime.outline import read_outline
from edge.runtime.store.store import open_store
from edge.tasks.pose.blazepose.landmarker import is_landmarker
from edge.tasks.pose.movenet import MoveNet
from edge.tasks.pose.posenet.model import PoseNet, is_posenet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from edge.runtime.model import ModelOpener

_DETECTOR = "blazepose-detector"


def parts_of(path: Path) -> Mapping[str, Path]:
    """BlazePose's parts, by role, where a file holds its landmarks alone: the detector of the store; else none.

    Raises:
        ModelError: it is no model, or there is no detector.
    """
    check_model_file(path)
    if not is_landmarker(read_outline(path).outputs):
        return {}
    try:
        return {"detector": open_store().path_of(_DETECTOR), "landmarks": path}
    except ModelError as error:
        raise type(error)(f"{path}: BlazePose's landmarks; their detector {_DETECTOR}: {error}") from None


def open_pose_model(path: Path, open_model: ModelOpener, *, still: bool, long_side_px: int) -> MoveNet | PoseNet:
    """The model in a file, loaded; ``long_side_px`` is for an input that is left open.

    Raises:
        ModelError: it cannot be loaded, or is no pose model.
    """
    check_model_file(path)
    if is_posenet(read_outline(path).outputs):
        return PoseNet(path, open_model, still=still)
    return MoveNet(path, open_model, still=still, long_side_px=long_side_px)
