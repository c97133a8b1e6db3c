"""How ``bench.starter.action`` judges: what a clip is about, when it ends, what counts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from bench.seeds import JUDGING, TRAINING, VALIDATION
from bench.starter.action import Answer, drawn_action, share_at_end, share_of_frames, watch
from edge.scene.generate import random_scene
from edge.scene.truth import ACTIONS

if TYPE_CHECKING:
    from edge.scene.truth import Action
    from edge.tasks.action.movinet import MoViNet
    from edge.tasks.common.look import Look
    from edge.types import Frame


class _Clock:
    """Answers with the number of frames since the reset, as an index of ACTIONS going round."""

    frames = 100

    def reset(self) -> None:
        self.frames = 0

    def observe(self, frame: Frame, _look: Look) -> SimpleNamespace:
        assert frame.image.shape == (480, 640, 3)
        self.frames += 1
        return SimpleNamespace(values=np.eye(len(ACTIONS), dtype=np.float32)[self.frames % len(ACTIONS)])


def test_a_clip_ends_with_the_last_frame_of_its_action() -> None:
    task = _Clock()
    answer = watch([cast("MoViNet", task)], TRAINING[0])[0]
    assert task.frames == len(answer.truth) == len(answer.answers) == 30
    last = max(index for index, action in enumerate(answer.truth) if action == answer.drawn)
    assert answer.at_end_of_action == ACTIONS[(last + 1) % len(ACTIONS)]


@pytest.mark.long
def test_every_scene_is_about_what_its_truth_shows() -> None:
    drawn = set()
    for seed in TRAINING[:20]:
        scene = random_scene(np.random.default_rng(seed), "action", size=(64, 48))
        about = drawn_action(scene)
        shown = {person.action for time_s in np.arange(0, 6, 0.4) for person in scene.render(time_s)[1].people}
        assert about in shown
        drawn.add(about)
    assert len(drawn) > 8


def test_shares_count_what_the_truth_says_at_that_moment() -> None:
    truth: tuple[Action | None, ...] = ("stand", "stand", "fall", "fall", None, "lie")
    answers: tuple[Action, ...] = ("walk", "walk", "fall", "stand", "walk", "lie")
    found = [Answer("fall", "stand", truth, answers)]
    assert not found[0].is_right
    assert share_at_end(found) == 1
    assert share_of_frames(found) == pytest.approx(2 / 3)


def test_no_seed_is_learnt_from_and_judged_with() -> None:
    assert not set(JUDGING) & (set(TRAINING) | set(VALIDATION))
