"""Meshes that do not shake, and are not late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.place_boxes import box_of
from edge.tasks.face.mesh_smoother import MeshSmoother, MeshSmoothing
from tests.tasks.face.meshes import mesh_at

if TYPE_CHECKING:
    from edge.types import FloatArray

SMOOTHING, PICTURE, FPS = MeshSmoothing(1.2, 20.0, 2.0), (480, 640), 30


def shown(meshes: list[FloatArray], times: list[float] | None = None) -> list[FloatArray]:
    smoother = MeshSmoother()
    times = times or [number / FPS for number in range(len(meshes))]
    return [
        smoother.update(mesh, box_of(mesh), time_s, PICTURE, SMOOTHING)
        for mesh, time_s in zip(meshes, times, strict=True)
    ]


def test_a_still_face_shakes_less() -> None:
    rng = np.random.default_rng(2)
    meshes = [mesh_at(0.5, 0.5) + rng.normal(0, 0.0005, (468, 3)).astype(np.float32) for _ in range(60)]

    before, after = (float(np.diff(np.array(one), axis=0)[20:].std()) for one in (meshes, shown(meshes)))

    assert after < before / 2


def test_a_face_that_moves_is_not_late() -> None:
    """One face a second; late by less than a twentieth of a face."""
    meshes = [mesh_at(0.2 + 0.2 * number / FPS, 0.5) for number in range(60)]

    late = float((meshes[-1] - shown(meshes)[-1])[:, 0].max())

    assert 0 <= late < 0.2 / 20


def test_after_a_gap_nothing_is_smoothed() -> None:
    meshes = [mesh_at(0.2, 0.5), mesh_at(0.3, 0.5)]

    np.testing.assert_array_equal(shown(meshes, [0.0, 0.7])[1], meshes[1])


def test_a_mesh_with_more_points_begins_anew() -> None:
    finer = mesh_at(0.21, 0.5, points=478)

    np.testing.assert_array_equal(shown([mesh_at(0.2, 0.5), finer])[1], finer)
