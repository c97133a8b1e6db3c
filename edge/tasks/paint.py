"""The painter: results on a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.overlay.scale import scale_of
from edge.tasks.common.category_plate import draw_labels
from edge.tasks.pose.skeleton import draw_person
from edge.types import CategoryResult, PoseResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import ImageArray, Result

KEYPOINT_THRESHOLD = 0.3


def paint(
    image: ImageArray, results: Sequence[Result], *, keypoint_threshold: float = KEYPOINT_THRESHOLD, boxes: bool = False
) -> None:
    """Draw results on a picture in place: people as skeletons, categories on plates down the left side.

    A frame's own image must never be written to: paint on a copy. Nothing raises for keypoints outside the picture or
    not finite, they are cut or left out.

    Args:
        image: ``(H, W, 3) uint8`` RGB, C-contiguous.
        results: what was found, at most one of each task.
        keypoint_threshold: keypoints with a lower score are not drawn.
        boxes: also draw the box of each person.
    """
    scale = scale_of(image.shape[1], image.shape[0])
    for result in results:
        if isinstance(result, PoseResult):
            for person in result.people:
                draw_person(image, person, scale, threshold=keypoint_threshold, box=boxes)
    top_px = 2 * scale.pad_px
    for result in results:
        if isinstance(result, CategoryResult):
            top_px = draw_labels(image, result, scale, top_px)
