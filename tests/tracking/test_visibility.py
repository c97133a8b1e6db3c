"""Keypoints that do not blink."""

from __future__ import annotations

from edge.tracking.visibility import KeypointVisibility, VisibilityParameters

PARAMETERS = VisibilityParameters(window_s=0.0, enter=0.3, exit=0.15, hold_s=0.25)


def seen(scores: list[float], step_s: float = 0.1, parameters: VisibilityParameters = PARAMETERS) -> list[bool]:
    first, *others = scores
    visibility = KeypointVisibility([first], 0.0, parameters)
    answers = [visibility.seen[0]]
    for number, score in enumerate(others, 1):
        visibility.update([score], number * step_s)
        answers.append(visibility.seen[0])
    return answers


def test_between_the_thresholds_nothing_changes() -> None:
    assert seen([0.5, 0.2, 0.2, 0.2, 0.2, 0.2]) == [True] * 6
    assert seen([0.1, 0.2, 0.2, 0.29]) == [False] * 4


def test_a_seen_keypoint_is_held_for_its_time() -> None:
    assert seen([0.5, 0.1, 0.1, 0.1, 0.1, 0.1]) == [True, True, True, False, False, False]


def test_one_good_score_in_between_holds_it_on() -> None:
    assert all(seen([0.5, 0.1, 0.1, 0.2, 0.1, 0.1, 0.2]))


def test_scores_are_averaged_over_time_not_frames() -> None:
    parameters = VisibilityParameters(window_s=0.2)
    averages = []
    for step_s in (0.05, 0.1):
        visibility = KeypointVisibility([0.0], 0.0, parameters)
        for number in range(1, round(0.4 / step_s) + 1):
            visibility.update([1.0], number * step_s)
        averages.append(visibility.scores[0])

    assert abs(averages[0] - averages[1]) < 0.001
