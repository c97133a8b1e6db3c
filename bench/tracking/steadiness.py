"""Jitter, lag and rightness of each method at each frame rate, on clips with truth."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from bench.tracking import metrics
from bench.tracking.clips import MOVING, STILL
from bench.tracking.loop import run
from bench.tracking.rates import kept_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bench.tracking.clips import Clip
    from bench.tracking.loop import Run
    from bench.tracking.methods import Method
    from bench.tracking.rates import Rate
    from edge.tasks.pose.movenet import MoveNet

LATE = ("walk", "wave")
"""The kinds of clips on which lag is measured."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over clips: ``jitter`` and ``oks_still`` of still people, ``shake``, ``oks_moving`` and ``pdj`` of moving.

    ``lag_s`` is the longer of those on walking and waving people; ``dropouts`` a minute over all.
    """

    jitter: float
    shake: float
    lag_walk_s: float
    lag_wave_s: float
    oks_still: float
    oks_moving: float
    pdj: float
    dropouts: float

    @property
    def lag_s(self) -> float:
        """The longer of the two lags."""
        return max(self.lag_walk_s, self.lag_wave_s)


def judged(clips: Sequence[Clip], task: MoveNet, make: Callable[[], Method], rate: Rate) -> Figures:
    """Run a method over all clips with the model in the loop."""
    return figures(clips, rate, lambda clip, _: run(clip, task, make()))


def figures(clips: Sequence[Clip], rate: Rate, drive: Callable[[Clip, NDArray[np.intp]], Run]) -> Figures:
    """The figures of whatever ``drive`` makes of each clip and the numbers of its frames that are seen."""
    found: dict[str, list[float]] = {name: [] for name in ("jitter", "shake", "still", "moving", "pdj", "dropouts")}
    errors = {kind: np.zeros(len(metrics.LAGS_S)) for kind in LATE}
    for number, whole in enumerate(clips):
        kept = kept_frames(rate, len(whole.times_s), number)
        clip = whole.at(kept)
        result, torso_px = drive(clip, kept), metrics.torso_size(whole.truth)
        oks = metrics.mean_oks(result.path, clip.truth, clip.seen, clip.area_px)
        if clip.kind in STILL:
            found["jitter"].append(metrics.jitter(result.path, clip.seen, torso_px))
            found["still"].append(oks)
        if clip.kind in MOVING:
            found["shake"].append(metrics.shake(result.path, clip.seen, torso_px))
            found["moving"].append(oks)
            found["pdj"].append(metrics.pdj(result.path, clip.truth, clip.seen, torso_px))
        if clip.kind in LATE:
            truth = metrics.Truth(whole.truth, whole.times_s)
            errors[clip.kind] += metrics.lag_errors(result.path, clip.times_s, clip.seen, truth, torso_px)
        found["dropouts"].append(metrics.dropouts_per_minute(result.shown, clip.seen, clip.times_s))
    return Figures(
        jitter=fmean(found["jitter"]),
        shake=fmean(found["shake"]),
        lag_walk_s=metrics.lag_of(errors["walk"]),
        lag_wave_s=metrics.lag_of(errors["wave"]),
        oks_still=fmean(found["still"]),
        oks_moving=fmean(found["moving"]),
        pdj=fmean(found["pdj"]),
        dropouts=fmean(found["dropouts"]),
    )
