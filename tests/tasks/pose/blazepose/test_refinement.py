"""Landmarks and their heatmaps."""

from __future__ import annotations

import numpy as np

from edge.tasks.pose.blazepose.refinement import refined


def test_a_landmark_moves_to_the_middle_of_its_sure_cells() -> None:
    maps = np.full((64, 64, 2), -20, np.float32)
    maps[31, 33:35, 0] = 5
    places = np.array([[0.5, 0.5], [0.25, 0.75]], np.float32)

    moved = refined(places, maps)

    np.testing.assert_allclose(moved, [[33.5 / 64, 31 / 64], [0.25, 0.75]], atol=1e-4)


def test_beyond_the_map_nothing_moves() -> None:
    places = np.array([[-0.2, 0.5], [1.1, 1.0]], np.float32)

    np.testing.assert_array_equal(refined(places, np.full((64, 64, 2), 5, np.float32)), places)
