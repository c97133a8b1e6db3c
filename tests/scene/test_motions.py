from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.scene.motions import FALL_WAYS, MOTIONS, FallWay, Style, random_style
from edge.scene.posture import within_limits
from edge.scene.script import Performance, Step
from edge.scene.truth import ACTIONS, FLOOR_ACTIONS, Action
from tests.scene.support import BODY, actor, moment, skeleton

FASTEST_M_S = 14.0
SHORT_S = 1 / 120
PERIODS_S = {"clap": 1 / 1.8, "jumping_jack": 1 / 0.85, "squat": 2.5, "punch": 1 / 1.1}


@settings(max_examples=80)
@given(st.sampled_from(ACTIONS), st.floats(0, 20), st.floats(0, 1), st.integers(0, 500))
def test_every_posture_is_one_a_body_can_take(action: Action, time_s: float, progress: float, seed: int) -> None:
    when = moment(time_s, progress=progress, style=random_style(np.random.default_rng(seed)))
    angles = MOTIONS[action](when)
    np.testing.assert_array_equal(within_limits(angles), angles)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(ACTIONS), min_size=2, max_size=4), st.floats(0.05, 7.5), st.integers(0, 500))
def test_nobody_ever_jumps_from_one_posture_to_another(actions: list[Action], time_s: float, seed: int) -> None:
    style = random_style(np.random.default_rng(seed))
    steps = tuple(Step(action, 2.0, (1.0, 3.0) if action == "walk" else None) for action in actions)
    part = Performance(replace(actor(), steps=steps, style=style))
    before, after = part.skeleton_at(time_s), part.skeleton_at(time_s + SHORT_S)
    for name, point in before.points.items():
        assert float(np.linalg.norm(after.points[name] - point)) < FASTEST_M_S * SHORT_S, name


@pytest.mark.parametrize(("action", "period_s"), PERIODS_S.items())
def test_exercises_repeat_exactly(action: Action, period_s: float) -> None:
    once, again = (skeleton(action, moment(time_s)) for time_s in (0.3, 0.3 + 3 * period_s))
    for name in ("left_wrist", "right_elbow", "left_ankle"):
        moved = once.points[name] - once.points["pelvis"] - (again.points[name] - again.points["pelvis"])
        assert np.abs(moved).max() < 0.03, name


def test_what_each_motion_is_about() -> None:
    at_rest = skeleton("stand", moment(1.0)).points
    assert skeleton("wave", moment(1.0)).points["right_wrist"][2] > at_rest["right_shoulder"][2]
    assert skeleton("squat", moment(1.25)).points["pelvis"][2] < 0.65 * at_rest["pelvis"][2]
    jack = skeleton("jumping_jack", moment(0.5 / 0.85)).points
    assert jack["left_hand"][2] > jack["head"][2] + 0.2
    assert jack["left_ankle"][1] - jack["right_ankle"][1] > 0.5
    clap = [skeleton("clap", moment(share / 1.8)).points for share in (0.0, 0.5)]
    gaps = [float(np.linalg.norm(points["left_hand"] - points["right_hand"])) for points in clap]
    assert gaps[0] < 0.12
    assert gaps[1] > gaps[0] + 0.15
    reach = [skeleton("punch", moment(time_s / 20)).points["right_wrist"][0] for time_s in range(20)]
    assert max(reach) - min(reach) > 0.25
    assert skeleton("sit", moment(1.0)).points["pelvis"][2] == pytest.approx(BODY.shank_m + BODY.ankle_m, abs=0.05)


@pytest.mark.parametrize("way", FALL_WAYS)
def test_a_fall_ends_on_the_floor_and_getting_up_ends_upright(way: FallWay) -> None:
    style = Style(fall=way)
    lying = skeleton("lie", moment(style=style)).points
    fallen = skeleton("fall", moment(1.4, progress=1.0, style=style)).points
    for name, point in lying.items():
        np.testing.assert_allclose(fallen[name], point, atol=1e-9)
        assert point[2] < 0.55, name
    assert skeleton("get_up", moment(progress=1.0, style=style)).points["head"][2] > 1.4


def test_somebody_who_walks_keeps_the_standing_foot_in_its_place() -> None:
    part = Performance(replace(actor(at=(0.0, 0.0), face_deg=0.0), steps=(Step("walk", 4.0, (4.0, 0.0)),)))
    soles = [f"{side}_{end}" for side in ("left", "right") for end in ("heel", "toe")]
    slides_m_s = []
    for index in range(36, 84):
        now, then = (part.skeleton_at((index + step) / 30).points for step in (0, 1))
        lowest = min(soles, key=lambda name, points=now: points[name][2])  # type: ignore[misc]
        slides_m_s.append(abs(float(then[lowest][0] - now[lowest][0])) * 30)
    assert sorted(slides_m_s)[len(slides_m_s) // 2] < 0.45, "while the body moves at 1.2"


def test_floor_actions_are_actions() -> None:
    assert set(ACTIONS) > FLOOR_ACTIONS
