"""One picture or clip of labelled data, with what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """Somebody or something in a picture, as in COCO's format.

    ``names`` are those of its keypoints, which are ``(n, 3) float32``: x, y in pixels, and 0 where one is not labelled.
    ``box_px`` is x, y, width, height, ``area_px`` the area of its outline. ``is_crowd``:
    several, not told apart.
    """

    names: tuple[str, ...]
    keypoints: FloatArray
    box_px: tuple[float, float, float, float]
    area_px: float
    is_crowd: bool = False

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """Which of its keypoints are labelled, ``(n,)``."""
        return np.asarray(self.keypoints[:, 2] > 0)

    def moved(self, x_px: float, y_px: float) -> Annotation:
        """The same, so far to the right and down."""
        x, y, width, height = self.box_px
        keypoints = self.keypoints + np.array((x_px, y_px, 0), np.float32)
        return replace(self, keypoints=keypoints, box_px=(x + x_px, y + y_px, width, height))


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A file and what is true of it; ``where`` is what to call it by when something is wrong with it.

    ``label`` is the name of its class, ``index`` the class's number in the model's output where that is known; data of
    keypoints has ``annotations`` instead. ``group`` is who or what it belongs to, empty where nobody asks.
    """

    path: Path
    where: str
    group: str = ""
    label: str = ""
    index: int | None = None
    annotations: tuple[Annotation, ...] = ()
