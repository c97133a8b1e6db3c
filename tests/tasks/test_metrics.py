"""Metrics on results whose values are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from edge.tasks.common.category_result import CategoryResult
from edge.tasks.pose.result import Pose, PoseResult
from edge.tasks.registry import tasks
from edge.types import Box, Category, Frame, Settled

PERSON = np.zeros((17, 3), np.float32)
PERSON[[5, 6], :2] = (0.25, 0.5)
PERSON[[11, 12], :2] = (0.5, 0.5)
TORSO_PX = 25
"""In pictures of 100 x 200."""


def frame(number: int, segment: int = 0) -> Frame:
    return Frame(number, np.zeros((100, 200, 3), np.uint8), number * 100_000_000, 0, segment)


def pose(number: int, shift_x: float = 0.0, *, id: int = 1, seen: int = 17, segment: int = 0) -> PoseResult:
    """A person moved to the right; the first ``seen`` keypoints are visible."""
    keypoints = PERSON + np.array((0, shift_x, 0), np.float32)
    person = Pose(id, 0.5, Box(0, 0, 1, 1), keypoints, tuple(index < seen for index in range(17)))
    return PoseResult(frame(number, segment), "m", "cpu", 1.0, (person,))


def label(number: int, best: str | None, settled: str | None, segment: int = 0) -> CategoryResult:
    categories = () if best is None else (Category(0, 0.5, best, best),)
    return CategoryResult(
        "action", frame(number, segment), "m", "cpu", 1.0, categories, Settled(settled, 0) if settled else None
    )


def rows(*results: PoseResult | CategoryResult) -> dict[str, str]:
    metrics = tasks()[results[0].task].new_metrics()
    for result in results:
        metrics.take(result)
    return dict(metrics.rows())


def test_steps_are_jitter_and_bends_are_shake() -> None:
    """To and fro by 0.025 of 200 px, a fifth of a torso: bends are twice that."""
    found = rows(*(pose(number, 0.025 * (number % 2)) for number in range(50)))

    assert found["jitter, torsos"] == "0.2000"
    assert found["shake, torsos"] == "0.4000"


def test_a_steady_walk_does_not_shake() -> None:
    found = rows(*(pose(number, 0.03125 * number) for number in range(10)))

    assert float(found["jitter, torsos"]) == pytest.approx(6.25 / TORSO_PX)
    assert float(found["shake, torsos"]) == pytest.approx(0, abs=1e-4)


def test_people_count_by_their_own_torsos() -> None:
    steps = [pose(0), pose(1, 0.025), pose(2, 0.5, id=2), pose(3, 0.5, id=2)]

    assert rows(*steps)["jitter, torsos"] == f"{math.sqrt(0.2**2 / 2):.4f}"
    assert rows(*steps)["people (ids)"] == "2"


def test_nothing_is_compared_over_a_gap_or_a_new_segment() -> None:
    nobody = PoseResult(frame(1), "m", "cpu", 1.0, ())

    assert rows(pose(0), nobody, pose(2, 0.5))["jitter, torsos"] == "-"
    assert rows(pose(0), pose(1, 0.5, segment=1))["jitter, torsos"] == "-"
    assert rows(pose(0), nobody, pose(2, 0.5))["with somebody"] == "67%"


def test_only_visible_keypoints_count() -> None:
    assert rows(pose(0, seen=0), pose(1, 0.5, seen=0))["jitter, torsos"] == "-"
    assert rows(pose(0, seen=3), pose(1, 0.025, seen=9))["jitter, torsos"] == "0.2000"


def test_dropouts_are_counted_in_a_minute() -> None:
    """Five keypoints vanish, come back and vanish again, in 0.3 s."""
    found = rows(pose(0), pose(1, seen=12), pose(2), pose(3, seen=12))

    assert found["dropouts/min"] == f"{10 / 0.3 * 60:.1f}"
    assert found["results"] == "4"


def test_flips_and_changes_of_labels() -> None:
    best = ["walk", "wave", "walk", None, "walk"]
    settled = [None, None, "walk", "walk", None]
    found = rows(*(label(number, *pair) for number, pair in enumerate(zip(best, settled, strict=True))))

    assert found == {
        "results": "5",
        "best label, flips/min": f"{4 / 0.4 * 60:.1f}",
        "settled label, changes/min": f"{2 / 0.4 * 60:.1f}",
        "with a settled label": "40%",
        "first settled after": "0.2 s",
    }


def test_a_restart_of_the_source_takes_no_time() -> None:
    found = rows(label(0, "a", None), label(1, "b", None), label(500, "a", None, segment=1))

    assert found["best label, flips/min"] == f"{2 / 0.1 * 60:.1f}"


def test_of_nothing_there_is_nothing_to_say() -> None:
    assert dict(tasks()["pose"].new_metrics().rows())["jitter, torsos"] == "-"
    assert dict(tasks()["action"].new_metrics().rows())["settled label, changes/min"] == "-"
    assert rows(pose(0))["dropouts/min"] == "-"
