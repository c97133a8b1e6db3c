"""Hands: found by their palms, and followed from frame to frame by where their landmarks were."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edge.tasks.common.detection.follower import RegionFollower, Stages
from edge.tasks.common.detection.search import Search, SearchParameters
from edge.tasks.common.invoke_timer import InvokeTimer
from edge.tasks.common.observer import Observation
from edge.tasks.hands.duplicates import distinct
from edge.tasks.hands.gestures import GestureRecognizer
from edge.tasks.hands.landmarker import HandLandmarker
from edge.tasks.hands.observer import HandTraits
from edge.tasks.hands.palm_detector import PalmDetector

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from edge.runtime.model import ModelOpener
    from edge.tasks.common.look import Look
    from edge.tasks.common.placement import Size
    from edge.tasks.hands.landmarker import Followed
    from edge.tasks.hands.landmarks import SeenHand
    from edge.types import Frame

_SAME_REGION = 0.5
"""Regions that overlap more are of one hand, as in MediaPipe's hand_association_calculator.cc."""
_SEARCH = SearchParameters(nobody_s=0.1, more_s=0.3, lost_s=1.0)


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

    def __init__(self, parts: Mapping[str, Path], open_model: ModelOpener, thresholds: HandThresholds) -> None:
        self._timer = InvokeTimer()
        detector = PalmDetector(parts["detector"], open_model, self._timer, least_score=thresholds.score)
        self._landmarker = HandLandmarker(
            parts["landmarks"], open_model, self._timer, least_presence=thresholds.presence
        )
        self._follower = RegionFollower(
            Stages(detector.find, self._landmarker.look, _distinct, _SAME_REGION), Search(_SEARCH)
        )
        self._gestures = (
            GestureRecognizer(parts["gesture_embedder"], parts["gestures"], open_model, self._timer)
            if "gestures" in parts
            else None
        )
        self.traits = HandTraits(knows_gestures=self._gestures is not None)
        others = self._gestures.models if self._gestures else ()
        self.models = (detector.model, self._landmarker.model, *others)

    def reset(self) -> None:
        """Forget where hands were."""
        self._follower.reset()

    def observe(self, frame: Frame, look: Look) -> Observation[tuple[SeenHand, ...]]:
        """Find hands; see :data:`edge.tasks.hands.observer.HandObserver`.

        Raises:
            ModelError: a model failed. ModelOutputError: what it answered is no number.
        """
        self._timer.restart()
        followed = self._follower.follow(frame, look)
        hands = tuple(self._with_gesture(one.hand, frame.size) for one in followed)
        return Observation(hands, self._timer.total_ms, self._landmarker.model.backend)

    def _with_gesture(self, hand: SeenHand, picture: Size) -> SeenHand:
        return hand if self._gestures is None else replace(hand, gestures=self._gestures.recognize(hand, picture))


def _distinct(found: list[Followed], picture: Size) -> list[Followed]:
    return [found[number] for number in distinct([one.hand.points for one in found], picture)]
