"""The metrics of the tracker's bench, on signals made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.tracking import metrics
from bench.tracking.identity_metrics import Switch, fragments, switches
from bench.tracking.label_metrics import false_events_per_hour, flips_per_minute, time_to_settle
from bench.tracking.rates import RATES, kept_frames
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from numpy.typing import NDArray

FRAMES = 150
TIMES_S = np.arange(FRAMES) / 30
SEEN = np.ones((FRAMES, 17), bool)
TORSO_PX = 80.0


def still() -> NDArray[np.float64]:
    """Shoulders 80 pixels above the hips."""
    path = np.full((FRAMES, 17, 2), 200.0)
    path[:, [5, 6], 0] = 120.0
    return path


def swing(late_s: float = 0.0) -> NDArray[np.float64]:
    path = still()
    path[:, 9, 1] += 40 * np.sin(2 * np.pi * (TIMES_S - late_s))
    return path


def test_the_torso_is_from_shoulders_to_hips() -> None:
    assert metrics.torso_size(still()) == TORSO_PX


def test_a_step_of_three_and_four_pixels_each_frame_is_a_jitter_of_five() -> None:
    path = still()
    path[1::2] += (3, 4)

    assert metrics.jitter(path, SEEN, TORSO_PX) == pytest.approx(5 / TORSO_PX)


def test_what_is_not_seen_does_not_jitter() -> None:
    path, seen = still(), SEEN.copy()
    path[::2, 3] += 50
    seen[:, 3] = False

    assert metrics.jitter(path, seen, TORSO_PX) == 0


def test_an_even_motion_does_not_shake() -> None:
    path = still() + np.arange(FRAMES)[:, None, None] * 2.0

    assert metrics.shake(path, SEEN, TORSO_PX) == pytest.approx(0, abs=1e-12)
    assert metrics.jitter(path, SEEN, TORSO_PX) > 0


@pytest.mark.parametrize("late_s", [0.0, 0.012, 0.05, 0.123])
@pytest.mark.parametrize("rate", RATES)
def test_lag_is_found_to_the_millisecond_at_any_rate(late_s: float, rate: str) -> None:
    kept = kept_frames(rate, FRAMES, 1)  # type: ignore[arg-type]
    truth = metrics.Truth(swing(), TIMES_S)

    errors = metrics.lag_errors(swing(late_s)[kept], TIMES_S[kept], SEEN[kept], truth, TORSO_PX)

    assert metrics.lag_of(errors) == pytest.approx(late_s, abs=0.0015)


def test_a_wrong_frame_does_not_move_the_lag() -> None:
    path = swing(0.05)
    path[::10, 9] += 500

    errors = metrics.lag_errors(path, TIMES_S, SEEN, metrics.Truth(swing(), TIMES_S), TORSO_PX)

    assert metrics.lag_of(errors) == pytest.approx(0.05, abs=0.005)


def test_pdj_counts_what_is_within_a_fifth_of_the_torso() -> None:
    path = still()
    path[:, 0] += (0, 15)
    path[:, 1] += (0, 17)
    path[:75, 2] = np.nan

    assert metrics.pdj(path, still(), SEEN, TORSO_PX) == pytest.approx((17 - 1 - 0.5) / 17)


def test_oks_follows_the_coco_formula() -> None:
    path, area_px = still(), np.full(FRAMES, 10_000.0)
    path[:, :, 0] += 2 * COCO_17.falloffs * 100

    assert metrics.mean_oks(path, still(), SEEN, area_px) == pytest.approx(np.exp(-0.5), rel=1e-5)
    assert metrics.mean_oks(path * np.nan, still(), SEEN, area_px) == 0


def test_dropouts_are_counted_where_the_truth_sees() -> None:
    shown, seen = SEEN.copy(), SEEN.copy()
    shown[50:60, 4] = shown[100, 7] = shown[20, 8] = False
    seen[15:30, 8] = False

    assert metrics.dropouts_per_minute(shown, seen, TIMES_S) == pytest.approx(2 / TIMES_S[-1] * 60)


def test_a_swap_is_two_switches_and_a_new_id_is_a_fragment_only() -> None:
    frames = [{0: 1, 1: 2}, {0: 1, 1: 2}, {0: 2, 1: 1}, {0: 2, 1: 3}]

    assert switches(frames) == [Switch(2, 0, 1), Switch(2, 1, 0)]
    assert fragments(frames) == 3


def test_an_id_that_comes_back_is_no_switch() -> None:
    assert switches([{0: 1}, {}, {0: 1}]) == []
    assert fragments([{0: 1}, {}, {0: 1}]) == 0


def test_labels() -> None:
    times_s = [float(i) for i in range(7)]
    labels = [None, "a", None, "b", "b", "b", "b"]

    assert flips_per_minute(labels, times_s) == 3 / 6 * 60
    assert time_to_settle(labels, times_s, "b", 1.0) == 2.0
    assert time_to_settle(labels, times_s, "a", 1.0) == float("inf")
    assert false_events_per_hour(labels, [None, None, "b", "b", "b", "b", "b"], times_s) == 1 / 6 * 3600


@pytest.mark.parametrize(("rate", "fps"), [("30", 30), ("15", 15), ("10", 10), ("5", 5), ("10 uneven", 10)])
def test_rates_are_what_they_say(rate: str, fps: int) -> None:
    kept = kept_frames(rate, 3000, 5)  # type: ignore[arg-type]

    assert len(kept) == pytest.approx(fps * 100, rel=0.05)
    assert (np.diff(kept) > 0).all()
