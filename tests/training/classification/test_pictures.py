"""Rendered pictures on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.scene.generate import random_scene
from edge.scene.truth import SCENE_CLASSES
from models.training.classification.pictures import MOMENTS_S, SIZE, Pictures, Renderer, render, render_chunk

if TYPE_CHECKING:
    from pathlib import Path


def test_pictures_are_those_of_the_seed() -> None:
    pictures = render(range(7, 8))
    image, truth = random_scene(np.random.default_rng(7), "classification", size=SIZE).render(MOMENTS_S[1])

    assert pictures.images.shape == (len(MOMENTS_S), SIZE[1], SIZE[0], 3)
    np.testing.assert_array_equal(pictures.images[1], image)
    assert SCENE_CLASSES[pictures.labels[1]] == truth.scene_class


def test_a_finished_chunk_is_not_rendered_again(tmp_path: Path) -> None:
    path = render_chunk(tmp_path, range(3, 4))
    before = path.stat().st_mtime_ns

    assert render_chunk(tmp_path, range(3, 4)) == path
    assert path.stat().st_mtime_ns == before
    assert [found.name for found in tmp_path.iterdir()] == ["0000003-0000004.npz"]


def test_the_renderer_gives_chunks_in_order_as_more_are_asked_for(tmp_path: Path) -> None:
    for start in (0, 50):
        pictures = render(range(start, start + 1))
        path = render_chunk(tmp_path, range(start, start + 1))
        path.rename(tmp_path / f"{start:07d}-{start + 50:07d}.npz")
        assert Pictures.load(tmp_path / f"{start:07d}-{start + 50:07d}.npz").labels.tolist() == pictures.labels.tolist()

    with Renderer(tmp_path, range(100), 1) as renderer:
        first, both = renderer.first(1), renderer.first(9)

    assert (len(first.labels), len(both.labels)) == (len(MOMENTS_S), 2 * len(MOMENTS_S))
    np.testing.assert_array_equal(both.images[:3], first.images)
