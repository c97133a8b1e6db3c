"""Hands: found by their palms, and followed from frame to frame by where their landmarks were."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from edge.tasks.common.invoke_timer import InvokeTimer
from edge.tasks.common.observer import Observation
from edge.tasks.hands.duplicates import distinct
from edge.tasks.hands.gestures import GestureRecognizer
from edge.tasks.hands.landmarker import Followed, HandLandmarker
from edge.tasks.hands.observer import HandTraits
from edge.tasks.hands.palm_detector import PalmDetector
from edge.tracking.geometry import iou
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.detection.region import RotatedRegion
    from edge.tasks.common.look import Look
    from edge.tasks.common.placement import Size
    from edge.tasks.hands.landmarks import SeenHand
    from edge.types import Frame

_SAME_REGION = 0.5
"""Regions that overlap more are of one hand, as in MediaPipe's hand_association_calculator.cc."""
_LONGEST_GAP_S = 1.0
"""After a longer time no hand is where it was."""
_NOBODY_S, _MORE_S = 0.1, 0.3
"""How often palms are looked for where no hand is, and where fewer are than may be."""
_LOST_S = 1.0
"""So long after a hand was lost they are looked for in each frame."""


@dataclass(frozen=True, slots=True)
class HandThresholds:
    """``score`` of a palm from which on it is looked at closer, ``presence`` from which on there is a hand."""

    score: float = 0.5
    presence: float = 0.5


class Hands:
    """Several hands, each by a region of its own; the palm detector only where fewer are followed than are wanted.

    While fewer are there, it runs in each frame for a second after a hand was lost, and else ten times a second
    without any hand, three times a second beside others.

    Raises:
        ModelError: a file is not what it should be.
    """

    def __init__(
        self, parts: Mapping[str, Path], open_model: ModelOpener, thresholds: HandThresholds, *, still: bool = False
    ) -> None:
        self._timer = InvokeTimer()
        self._detector = PalmDetector(
            parts["detector"], open_model, self._timer, least_score=thresholds.score, still=still
        )
        self._landmarker = HandLandmarker(
            parts["landmarks"], open_model, self._timer, least_presence=thresholds.presence
        )
        self._gestures = (
            GestureRecognizer(parts["gesture_embedder"], parts["gestures"], open_model, self._timer)
            if "gestures" in parts
            else None
        )
        self.traits = HandTraits(knows_gestures=self._gestures is not None)
        others = self._gestures.models if self._gestures else ()
        self.models = (self._detector.model, self._landmarker.model, *others)
        self.reset()

    def reset(self) -> None:
        """Forget where hands were."""
        self._regions: list[RotatedRegion] = []
        self._searched_s, self._lost_s, self._last_s, self._size = -inf, -inf, -inf, (0, 0)

    def observe(self, frame: Frame, look: Look) -> Observation[tuple[SeenHand, ...]]:
        """Find hands; see :data:`edge.tasks.hands.observer.HandObserver`.

        Raises:
            ModelError: a model failed. ModelOutputError: what it answered is no number.
        """
        self._timer.restart()
        time_s = frame.timestamp_ns / NS_PER_S
        if frame.size != self._size or not 0 <= time_s - self._last_s <= _LONGEST_GAP_S:
            self.reset()
        self._last_s, self._size = time_s, frame.size
        followed = self._followed(frame, look, time_s)
        self._regions = [one.next_region for one in followed]
        hands = tuple(self._with_gesture(one.hand, frame.size) for one in followed)
        return Observation(hands, self._timer.total_ms, self._landmarker.model.backend)

    def _followed(self, frame: Frame, look: Look, time_s: float) -> list[Followed]:
        known = self._regions[: look.most]
        found = self._look(frame, look, known)
        if len(found) < len(known):
            self._lost_s = time_s
        if len(found) < look.most and self._is_search_due(time_s, anybody=bool(found)):
            self._searched_s = time_s
            newcomers = self._newcomers(frame, look, found)[: look.most - len(found)]
            found = _distinct([*found, *self._look(frame, look, newcomers)], frame.size)
        return found

    def _is_search_due(self, time_s: float, *, anybody: bool) -> bool:
        if time_s - self._lost_s <= _LOST_S:
            return True
        return time_s - self._searched_s >= (_MORE_S if anybody else _NOBODY_S)

    def _look(self, frame: Frame, look: Look, regions: Iterable[RotatedRegion]) -> list[Followed]:
        """The hand in each of these regions, each hand once."""
        seen = (self._landmarker.look(frame, region, look.region) for region in regions)
        return _distinct([one for one in seen if one is not None], frame.size)

    def _newcomers(self, frame: Frame, look: Look, known: list[Followed]) -> list[RotatedRegion]:
        """Regions of hands that are not followed yet."""
        followed = [one.next_region.upright(frame.size) for one in known]
        return [
            region
            for region in self._detector.find(frame, look.region)
            if all(iou(region.upright(frame.size), other) <= _SAME_REGION for other in followed)
        ]

    def _with_gesture(self, hand: SeenHand, picture: Size) -> SeenHand:
        return hand if self._gestures is None else replace(hand, gestures=self._gestures.recognize(hand, picture))


def _distinct(found: list[Followed], picture: Size) -> list[Followed]:
    return [found[number] for number in distinct([one.hand.points for one in found], picture)]
