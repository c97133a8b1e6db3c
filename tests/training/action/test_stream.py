"""These need Keras and TensorFlow, which only the recipes install."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from models.training.action.network import ActionNetwork, Bottleneck, clip_model
from models.training.action.stream import largest_difference, play, step_function

SIDE = 48
BLOCKS = (Bottleneck(16, 8, stride=2), Bottleneck(16, 8, frames=5), Bottleneck(24, 16, kernel=5, frames=1, stride=2))


def _network() -> ActionNetwork:
    network = ActionNetwork(4, BLOCKS, points_after=1)
    model = clip_model(network, SIDE, 7)
    rng = np.random.default_rng(3)
    for variable in model.variables:  # away from the start, where nothing would come through
        drawn = rng.normal(0, 0.5, variable.shape)
        variable.assign(0.5 + np.abs(drawn) if "variance" in variable.name or "gamma" in variable.name else drawn)
    return network


def test_the_stream_gives_frame_by_frame_what_the_clip_gives() -> None:
    network = _network()
    clip = np.random.default_rng(4).random((7, SIDE, SIDE, 3)).astype(np.float32)
    step = step_function(network, SIDE)
    spread = np.ptp([logits for _, logits in play(step, network, clip)], axis=0).max()
    assert spread > 0.01
    assert largest_difference(clip_model(network, SIDE, 7), step, network, clip) < 1e-4 * max(1.0, spread)


def test_a_frame_does_not_depend_on_later_ones() -> None:
    network = _network()
    clip = np.random.default_rng(4).random((7, SIDE, SIDE, 3)).astype(np.float32)
    model = clip_model(network, SIDE, 7)
    before, _ = model(clip, training=False)
    clip[5:] = 0
    after, _ = model(clip, training=False)
    assert np.allclose(before[:5], after[:5], atol=1e-5)
    assert not np.allclose(before[5:], after[5:], atol=1e-5)
