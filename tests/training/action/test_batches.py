from __future__ import annotations

import numpy as np
import pytest

from edge.scene.truth import ACTIONS
from models.training.action.batches import cells_of, ends_by_action, plain_batches, random_batches, rising_weights
from models.training.action.clips import FRAMES, SIDE_PX, UNKNOWN, Clips


def _clips(labels: list[list[int]]) -> Clips:
    count = len(labels)
    return Clips(
        images=np.zeros((count, FRAMES, SIDE_PX, SIDE_PX, 3), np.uint8),
        labels=np.array(labels, np.int8),
        points=np.zeros((count, FRAMES, 17, 3), np.float32),
    )


def test_windows_end_in_each_action_equally_often() -> None:
    clips = _clips([[0] * FRAMES] * 7 + [[0] * (FRAMES - 1) + [5]])
    batches = random_batches(clips, 200, 4, 32, np.random.default_rng(1))
    last = next(batches).labels[3::4]
    assert (last == 5).sum() == pytest.approx(100, abs=30)
    assert ((last == 5) | (last == 0)).all()


def test_no_window_ends_where_nobody_is_seen() -> None:
    clips = _clips([[UNKNOWN] * 10 + [3] * (FRAMES - 10)])
    ends = ends_by_action(clips, 6)
    assert len(ends) == len(ACTIONS)
    assert ends[3][:, 1].tolist() == list(range(10, FRAMES))
    assert sum(map(len, ends)) == FRAMES - 10


def test_frames_without_anybody_weigh_nothing() -> None:
    batch = next(plain_batches(_clips([[2] * (FRAMES - 1) + [UNKNOWN]]), 1, 6, 32))
    assert batch.weights[-1] == 0
    assert (batch.weights[2:-1] > 0).all()
    assert (batch.labels >= 0).all()


def test_later_frames_count_more() -> None:
    weights = rising_weights(8)
    assert weights[:2].tolist() == [0, 0]
    assert (np.diff(weights[1:]) > 0).all()
    assert weights.mean() == pytest.approx(1)


def test_cell_and_offset_give_the_place_back() -> None:
    points = np.random.default_rng(2).random((40, 17, 3)).astype(np.float32)
    cells, offsets = cells_of(points, 6)
    back = (np.stack(np.divmod(cells, 6), -1) + offsets) / 6
    assert back == pytest.approx(points[..., :2], abs=1e-5)


def test_a_keypoint_outside_has_no_cell() -> None:
    cells, _ = cells_of(np.array([[[0.5, 0.5, 0.0], [0.5, 0.5, 1.0]]], np.float32), 6)
    assert cells.tolist() == [[-1, 21]]
