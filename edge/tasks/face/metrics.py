"""How steady faces are, where nobody knows what is true."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from edge.tasks.common.metrics import NONE, ResultClock, share

if TYPE_CHECKING:
    from edge.tasks.common.metrics import Row
    from edge.tasks.face.result import Face, FaceResult
    from edge.types import Result


class Metrics:
    """Of the results of face, in order."""

    def __init__(self) -> None:
        self._clock = ResultClock()
        self._with_faces = 0
        self._ids: set[int] = set()
        self._last: dict[int, Face] = {}
        self._squares: list[float] = []

    def take(self, result: Result) -> None:
        """Take in the next result."""
        found = cast("FaceResult", result)
        self._clock.tick(found.frame)
        self._with_faces += bool(found.faces)
        size = np.array((found.frame.width, found.frame.height), np.float32)
        for face in found.faces:
            self._ids.add(face.id)
            before = self._last.get(face.id)
            if before is not None and self._clock.goes_on and before.mesh.shape == face.mesh.shape:
                steps = (face.mesh - before.mesh)[:, :2] * size
                face_px = max(face.box.width * size[0], face.box.height * size[1])
                self._squares.append(float((steps**2).sum(axis=1).mean() / max(face_px, 1) ** 2))
        self._last = {face.id: face for face in found.faces}

    def rows(self) -> list[Row]:
        """What there is to say."""
        jitter = math.sqrt(sum(self._squares) / len(self._squares)) if self._squares else None
        return [
            ("results", f"{self._clock.results}"),
            ("with a face", share(self._with_faces, self._clock.results)),
            ("faces (ids)", f"{len(self._ids)}"),
            ("jitter, faces", NONE if jitter is None else f"{jitter:.4f}"),
        ]
