"""What a trace holds of hands."""

from __future__ import annotations

import numpy as np
import pytest

from edge.tasks.common.observer import Observation
from edge.tasks.common.tracing import Observed, TracedTask
from edge.tasks.hands.observer import HandTraits
from edge.tasks.hands.trace import observed_from, observed_line, traits_from, traits_line
from tests.tasks.hands.samples import seen_hand


@pytest.mark.parametrize("gesture", ["", "victory"])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_hands_come_back_to_the_last_bit(gesture: str, count: int) -> None:
    hands = tuple(seen_hand(0.3 + 0.2 * number, gesture=gesture) for number in range(count))
    task = TracedTask("hands", "toy", HandTraits(knows_gestures=bool(gesture)))

    line = observed_line(Observed(Observation(hands, 1.0, "cpu"), 0))
    back, crop = observed_from(line, task)

    assert crop is None
    assert len(back) == count
    for one, other in zip(hands, back, strict=True):
        for name in ("points", "world", "gestures"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        assert (other.presence, other.right) == pytest.approx((one.presence, one.right), abs=1e-7)


def test_traits_come_back() -> None:
    for traits in (HandTraits(knows_gestures=True), HandTraits(knows_gestures=False)):
        assert traits_from(traits_line(traits)) == traits


def test_what_holds_no_hands_is_refused() -> None:
    task = TracedTask("hands", "toy", HandTraits(knows_gestures=True))
    line = observed_line(Observed(Observation((seen_hand(0.5),), 1.0, "cpu"), 0))

    with pytest.raises(ValueError, match="'hands' does not hold 21 landmarks"):
        observed_from(line, task)
