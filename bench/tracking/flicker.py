"""A classifier that flickers, and what its label becomes.

For 20 s each: nothing, one class, another class that looks much like it, nothing. In every frame the scores of the true
class and of its rival waver, and now and then the model is sure of something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.tracking.label_metrics import false_events_per_hour, flips_per_minute, time_to_settle
from edge.tracking.consensus import ConsensusParameters, LabelConsensus

if TYPE_CHECKING:
    from bench.tracking.label_metrics import Label
    from edge.types import FloatArray

CLASSES = 20
PART_S = 20.0
PARTS: tuple[int | None, ...] = (None, 3, 7, None)
WAVER, MISTAKES = 1.2, 0.1
"""Standard deviation of logits; the share of frames in which the model is sure of a random class."""


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Flips a minute and false events an hour, of each frame's best class (from 0.5 on) and of the settled label.

    ``settling_s``: from the moment a class is there to the label, the slowest of all.
    """

    raw_flips: float
    flips: float
    raw_false: float
    false: float
    settling_s: float


def flickering(seed: int, rate_hz: float) -> tuple[list[float], list[Label], FloatArray]:
    """Times, what is true, and scores ``(frames, classes) float32``."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(0, PART_S * len(PARTS), 1 / rate_hz)
    truth: list[Label] = [PARTS[int(time_s // PART_S)] for time_s in times_s]
    logits = rng.normal(0, WAVER, (len(times_s), CLASSES))
    for row, label in zip(logits, truth, strict=True):
        if rng.random() < MISTAKES:
            row[rng.integers(CLASSES)] += 7
        elif isinstance(label, int):
            row[label] += 5.5
            row[10 - label] += 3.5
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return times_s.tolist(), truth, scores.astype(np.float32)


def judge_labels(seed: int, rate_hz: float, parameters: ConsensusParameters | None = None) -> LabelFigures:
    """Let a flickering classifier settle."""
    parameters = parameters or ConsensusParameters()
    times_s, truth, scores = flickering(seed, rate_hz)
    consensus = LabelConsensus(parameters)
    raw: list[Label] = [int(row.argmax()) if row.max() >= parameters.enter else None for row in scores]
    found = [consensus.update(row, time_s) for row, time_s in zip(scores, times_s, strict=True)]
    labels: list[Label] = [None if one is None else one.index for one in found]
    per_part = round(PART_S * rate_hz)
    settling_s = max(
        time_to_settle(labels[begin : begin + per_part], times_s[begin : begin + per_part], part, times_s[begin])
        for begin, part in zip(range(0, len(times_s), per_part), PARTS, strict=False)
    )
    return LabelFigures(
        raw_flips=flips_per_minute(raw, times_s),
        flips=flips_per_minute(labels, times_s),
        raw_false=false_events_per_hour(raw, truth, times_s),
        false=false_events_per_hour(labels, truth, times_s),
        settling_s=settling_s,
    )
