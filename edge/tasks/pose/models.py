"""Which observer runs a pose model, by what its file gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.runtime.model_file import check_model_file
from edge.runtime.outline import read_outline
from edge.tasks.pose.movenet import MoveNet
from edge.tasks.pose.posenet.model import PoseNet, is_posenet

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import ModelOpener


def open_pose_model(path: Path, open_model: ModelOpener, *, still: bool, long_side_px: int) -> MoveNet | PoseNet:
    """The model in a file, loaded; ``long_side_px`` is for an input that is left open.

    Raises:
        ModelError: it cannot be loaded, or is no pose model.
    """
    check_model_file(path)
    if is_posenet(read_outline(path).outputs):
        return PoseNet(path, open_model, still=still)
    return MoveNet(path, open_model, still=still, long_side_px=long_side_px)
