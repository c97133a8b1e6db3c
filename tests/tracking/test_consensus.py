"""Labels that do not flicker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.tracking.consensus import Consensus, ConsensusParameters, LabelConsensus

if TYPE_CHECKING:
    from edge.types import FloatArray

PARAMETERS = ConsensusParameters(window_s=1.0, enter=0.5, exit=0.3, hold_s=1.0)
CAT, DOG, NOTHING = (np.array(scores, np.float32) for scores in ([0.9, 0.05], [0.05, 0.9], [0.1, 0.1]))


def feed(consensus: LabelConsensus, scores: FloatArray, begin_s: float, end_s: float) -> Consensus | None:
    """Ten frames a second; the last answer."""
    settled = None
    for time_s in np.arange(begin_s, end_s, 0.1).tolist():
        settled = consensus.update(scores, time_s)
    return settled


def test_nothing_is_settled_by_a_single_frame() -> None:
    assert LabelConsensus(PARAMETERS).update(CAT, 0.0) is None


def test_a_steady_label_settles_after_a_while() -> None:
    """0.9 * (1 - exp(-t)) passes 0.5 between 0.8 and 0.9 s."""
    settled = feed(LabelConsensus(PARAMETERS), CAT, 0, 3)

    assert settled is not None
    assert settled.index == 0
    assert settled.since_s == pytest.approx(0.9)


def test_flicker_does_not_change_a_settled_label() -> None:
    consensus = LabelConsensus(PARAMETERS)
    feed(consensus, CAT, 0, 5)

    answers = {consensus.update(DOG if i % 3 == 0 else CAT, 5 + i / 10) for i in range(60)}

    assert {answer.index for answer in answers if answer} == {0}
    assert len(answers) == 1


def test_another_label_takes_over_when_it_lasts() -> None:
    consensus = LabelConsensus(PARAMETERS)
    feed(consensus, CAT, 0, 5)

    settled = feed(consensus, DOG, 5, 8)

    assert settled is not None
    assert settled.index == 1
    assert 5.5 < settled.since_s < 6.5


def test_a_label_is_left_for_nothing() -> None:
    consensus = LabelConsensus(PARAMETERS)
    feed(consensus, CAT, 0, 5)

    assert feed(consensus, NOTHING, 5, 5.5) is not None
    assert feed(consensus, NOTHING, 5.5, 9) is None


def test_a_label_is_held_at_least_its_time() -> None:
    consensus = LabelConsensus(ConsensusParameters(window_s=0.0, enter=0.5, exit=0.3, hold_s=1.0))
    consensus.update(CAT, 0.0)

    assert consensus.update(DOG, 0.5) == Consensus(0, 0.0)
    assert consensus.update(DOG, 1.0) == Consensus(1, 1.0)


def test_the_settling_time_does_not_depend_on_the_frame_rate() -> None:
    times = []
    for step_s in (0.02, 0.1, 0.2):
        consensus, time_s = LabelConsensus(PARAMETERS), 0.0
        while consensus.update(CAT, time_s) is None:
            time_s += step_s
        times.append(time_s)

    assert max(times) - min(times) <= 0.2


def test_forgetting_starts_from_nothing() -> None:
    consensus = LabelConsensus(PARAMETERS)
    feed(consensus, CAT, 0, 5)

    consensus.forget()

    assert consensus.update(CAT, 5.0) is None


def test_a_score_that_is_no_number_is_forgotten_again() -> None:
    consensus = LabelConsensus(PARAMETERS)
    consensus.update(np.array([np.nan, 0.1], np.float32), 0.0)

    settled = feed(consensus, CAT, 0.1, 3)

    assert settled is not None
    assert settled.index == 0
