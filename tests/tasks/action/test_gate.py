"""When a streaming model is fed, and when it forgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.tasks.action.gate import Gate, GateParameters, StreamGate

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tasks.common.admission import Admission
    from edge.types import ImageArray

DARK, LIGHT = np.full((24, 32), 40, np.uint8), np.full((24, 32), 200, np.uint8)
BLANK = np.full((24, 32), 100, np.uint8)


def spot(place: int) -> ImageArray:
    picture = BLANK.copy()
    picture[5:9, place : place + 4] = 180
    return picture


def admissions(
    pictures: Callable[[int], ImageArray],
    times_s: list[float],
    *,
    gate: Gate = "always",
    segments: Callable[[int], int] = lambda _: 0,
    person: Callable[[int], bool] = lambda _: False,
) -> list[Admission]:
    stream = StreamGate(GateParameters(rate_hz=5.0, gate=gate, hold_s=0.5, gap_s=1.0, warm_up_s=1.0))
    return [
        stream.admit(
            round(time_s * 1e9),
            segments(i),
            lambda i=i: pictures(i),  # type: ignore[misc]
            lambda i=i: person(i),  # type: ignore[misc]
        )
        for i, time_s in enumerate(times_s)
    ]


def at_30_hz(frames: int) -> list[float]:
    return [i / 30 for i in range(frames)]


def test_five_frames_of_thirty_are_fed() -> None:
    answers = admissions(lambda _: BLANK, at_30_hz(31))

    assert [i for i, answer in enumerate(answers) if answer.due] == [0, 6, 12, 18, 24, 30]


def test_only_the_first_is_a_start_and_the_first_second_warms_up() -> None:
    fed = [answer for answer in admissions(lambda _: BLANK, at_30_hz(61)) if answer.due]

    assert [answer.restart for answer in fed] == [True] + [False] * 10
    assert [answer.warming_up for answer in fed] == [True] * 5 + [False] * 6


def test_a_gap_another_source_and_a_cut_start_anew() -> None:
    gap = admissions(lambda _: BLANK, [0.0, 0.2, 1.5, 1.7])
    source = admissions(lambda _: BLANK, [0.0, 0.2, 0.4], segments=lambda i: i // 2)
    cut = admissions(lambda i: DARK if i < 2 else LIGHT, [0.0, 0.2, 0.4, 0.6])

    assert [answer.restart for answer in gap] == [True, False, True, False]
    assert [answer.restart for answer in source] == [True, False, True]
    assert [answer.restart for answer in cut] == [True, False, True, False]


def test_with_the_gate_motion_a_still_picture_is_not_fed() -> None:
    answers = admissions(lambda i: spot(min(i, 3) * 5), [i / 5 for i in range(12)], gate="motion")

    assert [answer.due for answer in answers] == [True] * 6 + [False] * 6


@pytest.mark.parametrize("gate", ["person", "auto"])
def test_where_people_are_counted_only_they_are_watched(gate: Gate) -> None:
    answers = admissions(lambda _: BLANK, [i / 5 for i in range(10)], gate=gate, person=lambda i: i in {3, 4})

    assert [i for i, answer in enumerate(answers) if answer.due] == [3, 4, 5, 6]
    assert answers[3].restart


@pytest.mark.parametrize("gate", ["person", "auto"])
def test_a_place_that_everybody_has_left_is_watched_on_but_deserted(gate: Gate) -> None:
    """Whoever was missed for a moment is remembered, and nobody does anything meanwhile."""
    answers = admissions(lambda _: BLANK, [i / 5 for i in range(4)], gate=gate, person=lambda i: i != 1)

    assert [answer.due for answer in answers] == [True] * 4
    assert [answer.deserted for answer in answers] == [False, True, False, False]
    assert [answer.restart for answer in answers] == [True, False, False, False]


@pytest.mark.parametrize("gate", ["always", "motion"])
def test_where_nobody_is_asked_no_place_is_deserted(gate: Gate) -> None:
    answers = admissions(lambda i: spot(i * 5), [i / 5 for i in range(4)], gate=gate)

    assert [answer.due for answer in answers] == [True] * 4
    assert not any(answer.deserted for answer in answers)
