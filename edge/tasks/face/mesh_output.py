"""The outputs of face landmark models, by which they are told apart, and the mesh that comes of them.

A plain model says the mesh at once. One of attention (Grishchenko et al., "Attention Mesh: High-fidelity Face Mesh
Prediction in Real-time", 2020) says lips, eyes and irises beside it, each better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelError
from edge.tasks.common.detection.outputs import outputs_by_shape, real_output
from edge.tasks.face.mesh import (
    LEFT_EYE,
    LEFT_IRIS,
    POINTS,
    REFINED_LEFT_EYE,
    REFINED_LIPS,
    REFINED_POINTS,
    REFINED_RIGHT_EYE,
    RIGHT_EYE,
    RIGHT_IRIS,
)

if TYPE_CHECKING:
    from edge.runtime.model import Model, Tensor
    from edge.types import FloatArray

_WHAT = "MediaPipe's face landmarks"
_MESH, _WHOLE_MESH = (1, 1, 1, POINTS * 3), (1, 1, 1, REFINED_POINTS * 3)
_REFINED = {"output_lips": REFINED_LIPS, "output_left_eye": REFINED_RIGHT_EYE, "output_right_eye": REFINED_LEFT_EYE}
"""Its names are those of somebody who looks at the picture."""
_IRISES = {"output_left_iris": (RIGHT_IRIS, RIGHT_EYE), "output_right_iris": (LEFT_IRIS, LEFT_EYE)}


class MeshOutput:
    """What a model says of a mesh, whatever its outputs.

    Raises:
        ModelError: it is no face landmark model.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        shapes = {tensor.shape for tensor in model.outputs.values()}
        self._mesh = outputs_by_shape(model, _WHOLE_MESH if _WHOLE_MESH in shapes else _MESH, what=_WHAT)[0]
        self._parts = {name: tensor for name, tensor in model.outputs.items() if name in (*_REFINED, *_IRISES)}
        if self._parts and len(self._parts) != len(_REFINED) + len(_IRISES):
            raise ModelError(f"{model.path}: not {_WHAT}: of lips, eyes and irises it has {', '.join(self._parts)}")
        self.points = REFINED_POINTS if self._parts else self._mesh.shape[-1] // 3

    def read(self) -> FloatArray:
        """``(points, 3) float32`` in pixels of the input.

        Raises:
            ModelOutputError: it is no number.
        """
        mesh = real_output(self._model, self._mesh).reshape(-1, 3)
        if not self._parts:
            return mesh
        mesh = np.concatenate((mesh, np.empty((REFINED_POINTS - POINTS, 3), np.float32)))
        for name, points in _REFINED.items():
            mesh[points, :2] = self._places(self._parts[name])
        for name, (iris, eye) in _IRISES.items():
            mesh[list(iris), :2] = self._places(self._parts[name])
            mesh[list(iris), 2] = mesh[list(eye), 2].mean()
        return mesh

    def _places(self, output: Tensor) -> FloatArray:
        return real_output(self._model, output).reshape(-1, 2)
