"""How steady, how late and how right paths of keypoints are: pure functions on arrays.

Paths are ``(frames, 17, 2)`` y, x in pixels; ``seen`` is ``(frames, 17) bool``: where the truth is visible;
``torso_px`` is the size of the subject, see :func:`torso_size`. A frame in which nobody was found is nan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Path = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Times = NDArray[np.float64]

LAG_CAP_TORSOS = 0.5
LAGS_S = np.arange(-0.1, 0.6001, 0.005)
MOVING_TORSOS = 0.15
_SHOULDERS, _HIPS = [5, 6], [11, 12]


def torso_size(truth: Path) -> float:
    """Pixels from the middle of the shoulders to the middle of the hips, the median over the frames."""
    torso = truth[:, _SHOULDERS].mean(axis=1) - truth[:, _HIPS].mean(axis=1)
    return float(np.median(np.linalg.norm(torso, axis=1)))


def jitter(path: Path, seen: Mask, torso_px: float) -> float:
    """RMS displacement from one frame to the next over the torso: how much a still subject shakes."""
    steps = np.diff(path, axis=0)
    both = seen[1:] & seen[:-1] & np.isfinite(steps).all(axis=2)
    return float(np.sqrt((steps[both] ** 2).sum(axis=1).mean())) / torso_px


def shake(path: Path, seen: Mask, torso_px: float) -> float:
    """RMS second difference over the torso: the same for subjects that move, whose own motion it hardly counts."""
    bends = np.diff(path, n=2, axis=0)
    all_three = seen[2:] & seen[1:-1] & seen[:-2] & np.isfinite(bends).all(axis=2)
    return float(np.sqrt((bends[all_three] ** 2).sum(axis=1).mean())) / torso_px


@dataclass(frozen=True, slots=True)
class Truth:
    """Where the subject was: ``path`` at ``times_s``, as dense as it is known, whatever frames were seen of it."""

    path: Path
    times_s: Times


def lag_errors(path: Path, times_s: Times, seen: Mask, truth: Truth, torso_px: float) -> Path:
    """How far ``path`` is from the truth of ``LAGS_S`` before: ``(lags,)`` sums of torsos, to be added over clips.

    Of keypoints that move (standard deviation above ``MOVING_TORSOS``); each distance counts at most
    ``LAG_CAP_TORSOS``, so that mistakes of the model do not outweigh lag.
    """
    moving = np.sqrt(truth.path.var(axis=0).sum(axis=1)) > MOVING_TORSOS * torso_px
    inner = (times_s - LAGS_S[-1] >= truth.times_s[0]) & (times_s - LAGS_S[0] <= truth.times_s[-1])
    sums = np.zeros(len(LAGS_S))
    for joint in np.flatnonzero(moving):
        use = inner & seen[:, joint] & np.isfinite(path[:, joint]).all(axis=1)
        then_s = times_s[use][:, None] - LAGS_S
        y, x = (np.interp(then_s, truth.times_s, truth.path[:, joint, axis]) for axis in (0, 1))
        away = np.hypot(path[use, joint, :1] - y, path[use, joint, 1:] - x) / torso_px
        sums += np.minimum(away, LAG_CAP_TORSOS).sum(axis=0)
    return sums


def lag_of(errors: Path) -> float:
    """Seconds by which a path is late: where ``(lags,)`` errors are least, between the steps by a parabola."""
    best = int(np.clip(errors.argmin(), 1, len(errors) - 2))
    before, here, after = errors[best - 1 : best + 2]
    curve = before - 2 * here + after
    shift = 0.0 if curve <= 0 else 0.5 * (before - after) / curve
    return float(LAGS_S[best] + np.clip(shift, -1, 1) * (LAGS_S[1] - LAGS_S[0]))


def pdj(path: Path, truth: Path, seen: Mask, torso_px: float, share: float = 0.2) -> float:
    """The share of visible keypoints found within ``share`` torsos (percentage of detected joints)."""
    away = np.linalg.norm(path - truth, axis=2)
    return float((np.nan_to_num(away[seen], nan=np.inf) <= share * torso_px).mean())


def mean_oks(path: Path, truth: Path, seen: Mask, area_px: NDArray[np.float64]) -> float:
    """The mean object keypoint similarity over frames, visible keypoints only; ``area_px`` is ``(frames,)``.

    After the COCO keypoint evaluation. A frame with nobody found counts 0.
    """
    squared = ((path - truth) ** 2).sum(axis=2)
    alike = np.exp(-squared / (2 * area_px[:, None] * (2 * COCO_17.falloffs.astype(np.float64)) ** 2))
    alike = np.where(seen, np.nan_to_num(alike), 0.0)
    counts = seen.sum(axis=1)
    return float((alike.sum(axis=1)[counts > 0] / counts[counts > 0]).mean())


def dropouts_per_minute(shown: Mask, seen: Mask, times_s: Times) -> float:
    """How often a minute a keypoint that the truth sees is shown no more; all keypoints of one person together."""
    gone = shown[:-1] & ~shown[1:] & seen[:-1] & seen[1:]
    return float(gone.sum() / (times_s[-1] - times_s[0]) * 60)
