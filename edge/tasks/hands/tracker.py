"""Steady hands: ids, smoothed landmarks, sides and gestures averaged over time."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.place_boxes import box_of
from edge.tasks.hands.duplicates import palm_px
from edge.tasks.hands.gestures import GESTURES
from edge.tasks.hands.hand_smoother import HandSmoother
from edge.tasks.hands.handedness import handedness
from edge.tasks.hands.result import Gesture, Hand
from edge.tracking.consensus import LabelConsensus
from edge.tracking.identities import Identities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tasks.common.placement import Size
    from edge.tasks.hands.landmarks import SeenHand
    from edge.tracking.consensus import Consensus, ConsensusParameters
    from edge.tracking.smoothing import SmoothingParameters
    from edge.types import FloatArray

_LEAST_LIKENESS = 0.05
_REACH, _REACH_A_SECOND = 1.0, 6.0
"""How far a hand gets, in palms: at once, as models err, and with time."""
_OTHER_SIDE = 0.3
"""How likely a hand is one that was the other of somebody's two, at the same place."""
_LEAST_AGREEMENT = 0.5
"""Somebody's other hand is not the one that was away for a moment, however near it is."""
_SIDE_WINDOW_S = 1.0
"""Time constant of the average of which hand it is: a hand stays the one it is."""
_NONE = np.zeros(len(GESTURES), np.float32)


@dataclass(frozen=True, slots=True)
class HandTrackerParameters:
    """``smoothing`` None: landmarks as the model gives them; ``score_window_s`` is that of a gesture's probability."""

    max_gap_s: float
    smoothing: SmoothingParameters | None
    score_window_s: float
    consensus: ConsensusParameters
    mirrored: bool


class HandTracker:
    """Who is whom of the hands in a stream, by place and by side, and what has settled of each."""

    def __init__(self, parameters: HandTrackerParameters) -> None:
        self._parameters = parameters
        self._identities = Identities(least=_LEAST_LIKENESS, max_gap_s=parameters.max_gap_s)
        self._tracks: dict[int, _Track] = {}

    def tune(self, parameters: HandTrackerParameters) -> None:
        """Go on with other parameters; what is known stays."""
        self._parameters = parameters
        self._identities.max_gap_s = parameters.max_gap_s
        for track in self._tracks.values():
            track.tune(parameters)

    def forget(self) -> None:
        """Know no hand any more."""
        self._identities.forget()
        self._tracks = {}

    def restart(self) -> None:
        """Begin anew: the next hand is the first."""
        self._identities.restart()
        self._tracks = {}

    def update(self, seen: Sequence[SeenHand], time_s: float, picture: Size) -> tuple[Hand, ...]:
        """The hands as they are shown, in the order of ids; ``seen`` are those of a picture at ``time_s``."""

        def likeness(number: int, one: int, gap_s: float) -> float:
            return self._tracks[one].likeness(seen[number], gap_s, picture)

        ids = self._identities.update(len(seen), likeness, time_s)
        by_id = dict(sorted(zip(ids, seen, strict=True)))
        self._tracks = {one: track for one, track in self._tracks.items() if one in self._identities.known}
        for one, hand in by_id.items():
            if one not in self._tracks:
                self._tracks[one] = _Track(hand, time_s, self._parameters)
        for one in self._tracks.keys() - by_id.keys():
            self._tracks[one].miss(time_s)
        return tuple(self._tracks[one].see(one, hand, time_s, picture) for one, hand in by_id.items())

    @property
    def settled(self) -> Consensus | None:
        """The gesture that has settled first of those that hold, as a row of ``GESTURES``."""
        found = [track.settled for track in self._tracks.values() if track.settled is not None]
        return min(found, key=lambda one: one.since_s, default=None)


class _Track:
    """What is known of one hand."""

    def __init__(self, hand: SeenHand, time_s: float, parameters: HandTrackerParameters) -> None:
        self._parameters, self._seen_s, self._last = parameters, time_s, hand
        self._right, self._gestures = hand.right, hand.gestures
        self._is_missed = False
        self._consensus = LabelConsensus(parameters.consensus)
        self._settled: Consensus | None = None
        self._smoother = HandSmoother(parameters.smoothing)

    @property
    def settled(self) -> Consensus | None:
        """The gesture that has settled; that it is none of them is nothing."""
        return self._settled if self._settled is not None and self._settled.index > 0 else None

    def tune(self, parameters: HandTrackerParameters) -> None:
        """Go on with other parameters."""
        self._parameters = parameters
        self._consensus.tune(parameters.consensus)
        self._smoother.tune(parameters.smoothing)

    def likeness(self, hand: SeenHand, gap_s: float, picture: Size) -> float:
        """How likely a hand is this one after some time, 0..1."""
        size = np.array(picture[::-1], np.float32)
        apart_px = float(np.linalg.norm((hand.points[:, :2] - self._last.points[:, :2]) * size, axis=1).mean())
        reach_px = palm_px(self._last.points, picture) * (_REACH + _REACH_A_SECOND * gap_s)
        agrees = 1 - abs(hand.right - self._right)
        if reach_px <= 0 or (self._is_missed and agrees < _LEAST_AGREEMENT):
            return 0.0
        return exp(-((apart_px / reach_px) ** 2)) * (_OTHER_SIDE + (1 - _OTHER_SIDE) * agrees)

    def miss(self, time_s: float) -> None:
        """It is not seen at a moment."""
        self._is_missed = True
        if self._gestures.size:
            self._settled = self._consensus.update(_NONE, time_s)

    def see(self, identity: int, hand: SeenHand, time_s: float, picture: Size) -> Hand:
        """Take in what is seen; the hand as it is shown."""
        step_s, self._seen_s, self._last = time_s - self._seen_s, time_s, hand
        self._is_missed = False
        self._right += (hand.right - self._right) * _weight(step_s, _SIDE_WINDOW_S)
        points, world = self._smoother.update(hand, step_s, picture)
        return Hand(
            id=identity,
            score=hand.presence,
            handedness=handedness(self._right, mirrored=self._parameters.mirrored),
            box=box_of(points),
            keypoints=points,
            keypoints_3d=world,
            gesture=self._gesture(hand.gestures, step_s, time_s),
        )

    def _gesture(self, scores: FloatArray, step_s: float, time_s: float) -> Gesture | None:
        """The likeliest of their averages; None where it is none of them, or none are told."""
        if scores.shape != self._gestures.shape:  # another model, which tells them or does not
            self._gestures, self._settled = scores, None
            self._consensus.forget()
        if not scores.size:
            return None
        self._settled = self._consensus.update(scores, time_s)
        self._gestures = self._gestures + (scores - self._gestures) * np.float32(
            _weight(step_s, self._parameters.score_window_s)
        )
        best = int(self._gestures.argmax())
        return Gesture(GESTURES[best], float(self._gestures[best])) if best else None


def _weight(step_s: float, window_s: float) -> float:
    return 1 - exp(-step_s / window_s) if window_s > 0 else 1.0
