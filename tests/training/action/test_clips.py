from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.seeds import TRAINING
from edge.scene.generate import CLIP_S
from edge.scene.truth import ACTIONS
from models.training.action.clips import FRAMES, SIDE_PX, look_times_s, render_clip, render_clips

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("from_the_start", [True, False])
def test_a_clip_is_looked_at_four_to_eight_times_a_second(from_the_start: bool) -> None:
    for seed in range(50):
        times_s = look_times_s(np.random.default_rng(seed), from_the_start=from_the_start)
        steps_s = np.diff(times_s)
        assert times_s[0] >= 0
        assert times_s[-1] < CLIP_S
        assert (steps_s >= 0).all()
        assert 1 / 8 * 0.8 <= np.median(steps_s) <= 1 / 4 * 1.2
        assert times_s[0] < 1 or not from_the_start


def test_a_clip_is_the_same_each_time_it_is_rendered() -> None:
    first, second = render_clip(TRAINING[5]), render_clip(TRAINING[5])
    assert [part.tobytes() for part in first] == [part.tobytes() for part in second]
    images, labels, points = first
    assert images.shape == (FRAMES, SIDE_PX, SIDE_PX, 3)
    assert images.std() > 5
    assert set(labels.tolist()) <= {-1, *range(len(ACTIONS))}
    assert ((points[..., 2] > 0).sum(1) > 8).all()


def test_clips_stay_on_disk(tmp_path: Path) -> None:
    seeds = TRAINING[:2]
    clips = render_clips(tmp_path, seeds, 1)
    assert np.array_equal(clips.images[1], render_clip(seeds[1])[0])
    written = (tmp_path / "images.raw").stat().st_mtime_ns
    assert render_clips(tmp_path, seeds, 1).first(1).labels.shape == (1, FRAMES)
    assert (tmp_path / "images.raw").stat().st_mtime_ns == written
    assert render_clips(tmp_path, TRAINING[:1], 1).labels.shape == (1, FRAMES)
