"""Decoding what a detector says, and one detection for each thing."""

from __future__ import annotations

import numpy as np
import pytest

from edge.tasks.common.detection.detections import Detections, decode, sigmoid, weighted_suppression

ANCHORS = np.array([[0.25, 0.25, 1, 1], [0.5, 0.5, 1, 1]], np.float32)


def found(*rows: tuple[float, tuple[float, float, float, float]]) -> Detections:
    """Detections with scores and boxes as given, and one keypoint, the corner of the box."""
    scores, boxes = zip(*rows, strict=True)
    corners = np.array(boxes, np.float32)
    return Detections(np.array(scores, np.float32), corners, corners[:, None, :2])


def test_offsets_count_from_the_anchor_in_pixels_of_the_input() -> None:
    offsets = np.array([[0] * 6, [10, -20, 40, 20, 30, 50]], np.float32)

    only = decode(offsets, np.array([-3, 2], np.float32), ANCHORS, 100, 0.5)

    assert only.scores.tolist() == pytest.approx([0.8808], abs=1e-4)
    np.testing.assert_allclose(only.boxes, [[0.4, 0.2, 0.8, 0.4]], atol=1e-6)
    np.testing.assert_allclose(only.keypoints, [[[0.8, 1.0]]], atol=1e-6)


def test_a_score_that_is_just_enough_counts() -> None:
    assert len(decode(np.zeros((2, 4), np.float32), np.zeros(2, np.float32), ANCHORS, 100, 0.5).scores) == 2


def test_logits_of_any_size_are_probabilities() -> None:
    assert sigmoid(np.array([-1e9, 0, 1e9], np.float32)).tolist() == pytest.approx([0, 0.5, 1], abs=1e-6)


def test_what_overlaps_is_averaged_by_score_and_keeps_the_best_score() -> None:
    kept = weighted_suppression(found((0.3, (0.1, 0, 0.5, 0.4)), (0.9, (0, 0, 0.4, 0.4)), (0.6, (0.6, 0.6, 1, 1))), 0.3)

    assert kept.scores.tolist() == pytest.approx([0.9, 0.6])
    np.testing.assert_allclose(kept.boxes, [[0.025, 0, 0.425, 0.4], [0.6, 0.6, 1, 1]], atol=1e-6)
    np.testing.assert_allclose(kept.keypoints[0], [[0.025, 0]], atol=1e-6)


def test_what_overlaps_less_stays_apart() -> None:
    kept = weighted_suppression(found((0.9, (0, 0, 0.4, 0.4)), (0.8, (0.3, 0, 0.7, 0.4))), 0.3)

    assert len(kept.scores) == 2


def test_boxes_without_area_are_each_a_thing() -> None:
    assert len(weighted_suppression(found((0.9, (0, 0, 0, 0)), (0.8, (0, 0, 0, 0))), 0.3).scores) == 2


def test_nothing_found_is_nothing_kept() -> None:
    nothing = decode(np.zeros((2, 6), np.float32), np.full(2, -5, np.float32), ANCHORS, 100, 0.5)

    assert weighted_suppression(nothing, 0.3).keypoints.shape == (0, 1, 2)
