from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ConfigError
from edge.scene.catalog import make_plan, scene_names
from edge.scene.generate import Purpose, random_scene
from edge.scene.scene import Scene
from edge.scene.truth import ACTIONS, SCENE_CLASSES, Visibility
from tests.scene.support import SMALL, actor, scene_of

if TYPE_CHECKING:
    from edge.types import FloatArray

HASH = """
import hashlib
import numpy as np
from edge.scene.generate import random_scene
from edge.scene.scene import Scene
digest = hashlib.sha256()
scenes = [Scene(5, "crossing", (160, 120)), random_scene(np.random.default_rng(9), "pose")]
for scene in scenes:
    for time_s in (3.0, 1.0, 3.0):
        image, truth = scene.render(time_s)
        digest.update(image.tobytes())
        for person in truth.people:
            digest.update(person.keypoints.tobytes())
print(digest.hexdigest())
"""


def test_another_process_draws_the_same_pictures() -> None:
    command = [sys.executable, "-c", HASH]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2))
    assert first == second
    assert len(first.strip()) == hashlib.sha256().digest_size * 2


def test_times_may_come_in_any_order_and_begin_anew_after_the_period() -> None:
    scene = Scene(1, "walk", SMALL)
    forth = [scene.render(time_s)[0] for time_s in (0.5, 4.0, 9.0)]
    back = [scene.render(time_s)[0] for time_s in (9.0, 4.0, 0.5)]
    for one, other in zip(forth, reversed(back), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(scene.render(0.5 + scene.period_s)[0], forth[0])


def test_seeds_differ_in_people_and_rooms() -> None:
    pictures = {Scene(seed, "gym", SMALL).render(1.0)[0].tobytes() for seed in range(4)}
    assert len(pictures) == 4


@pytest.mark.parametrize("size", [(640, 480), (192, 192), (224, 224), (172, 172), (120, 200)])
def test_any_size(size: tuple[int, int]) -> None:
    image, truth = Scene(1, "gym", size).render(1.0)
    assert image.shape == (size[1], size[0], 3)
    assert image.dtype == np.uint8
    assert truth.people[0].keypoints.shape == (17, 3)
    assert truth.people[0].keypoints.dtype == np.float32


def test_an_unknown_scene_is_an_error_that_helps() -> None:
    with pytest.raises(ConfigError, match=r'no scene "livingroom" \(did you mean "living-room"'):
        Scene(1, "livingroom")
    with pytest.raises(ConfigError, match="the scenes are tour, living-room, walk"):
        make_plan("%%", 1)


@pytest.mark.parametrize("name", scene_names())
def test_every_named_scene_has_its_steps_end_with_its_period(name: str) -> None:
    plan = make_plan(name, 3)
    for performer in plan.actors:
        assert sum(step.duration_s for step in performer.steps) == pytest.approx(plan.period_s, abs=0.11)


@pytest.mark.no_cover
def test_the_tour_shows_every_motion_and_every_class() -> None:
    scene = Scene(2, "tour", (96, 72))
    seen: dict[str, set[str]] = defaultdict(set)
    for step in range(0, 600, 4):
        _, truth = scene.render(step / 10)
        seen["class"].add(truth.scene_class)
        seen["action"].update(person.action for person in truth.people)
        seen["caption"].add(truth.caption)
        assert [person.id for person in truth.people] == sorted({person.id for person in truth.people})
    assert seen["class"] == set(SCENE_CLASSES)
    assert seen["action"] == set(ACTIONS)
    assert len(seen["caption"]) == len(scene.plan.captions)


@pytest.mark.no_cover
def test_an_identity_moves_and_never_jumps() -> None:
    scene = Scene(3, "crossing", (96, 72))
    last: dict[int, FloatArray] = {}
    for step in range(160):
        _, truth = scene.render(step / 10)
        now = {person.id: person.keypoints[11:13, :2].mean(axis=0) for person in truth.people}
        for number, hips in now.items():
            if number in last:
                assert np.abs(hips - last[number]).max() < 0.12
        last = now


def test_named_scenes_show_what_they_are_called() -> None:
    classes = {
        (name, time_s): Scene(1, name, (96, 72)).render(time_s)[1].scene_class
        for name, time_s in (("empty", 5.0), ("lights-off", 8.0), ("covered", 8.0), ("fall", 9.0), ("crossing", 3.0))
    }
    expected = ["empty_room", "lights_off", "camera_covered", "person_on_floor", "several_people"]
    assert list(classes.values()) == expected


def test_darkness_is_dark_and_a_cover_hides_everybody() -> None:
    dark, light = (Scene(1, "lights-off", SMALL).render(time_s)[0].mean() for time_s in (8.0, 1.0))
    assert dark < light / 8
    _, truth = Scene(1, "covered", SMALL).render(8.0)
    visibility = truth.people[0].keypoints[:, 2]
    assert (visibility != Visibility.VISIBLE).all()


def test_noise_is_new_in_every_picture_and_as_strong_as_said() -> None:
    scene = Scene(1, "empty", SMALL)
    one, other = (scene.render(time_s)[0].astype(int) for time_s in (1.0, 2.0))
    assert 1.0 < float((one - other).std()) / 2**0.5 < 4.0


def test_somebody_fast_is_blurred() -> None:
    """The edge of a hand that is moving fast is softer than that of a hand at rest."""
    shown = scene_of(actor("jumping_jack"))
    by_speed = {}
    for time_s in (0.0, 0.3):
        appearance = shown._appear(shown._performances[0], time_s)
        by_speed[time_s] = max(appearance.blur_px)
    assert by_speed[0.3] > by_speed[0.0] + 1


def test_people_throw_shadows() -> None:
    with_somebody, _ = scene_of(actor(at=(0.0, 3.6))).render(1.0)
    empty, _ = scene_of().render(1.0)
    darker = empty.astype(int).sum(axis=2) - with_somebody.astype(int).sum(axis=2)
    (person,) = scene_of(actor(at=(0.0, 3.6))).render(1.0)[1].people
    right = int((person.box.x + person.box.width) * 320) + 3
    floor = slice(int(240 * (person.box.y + person.box.height * 0.75)), 240)
    assert darker[floor, right:].max() > 20, "the lamp is at the left"


@pytest.mark.parametrize("task", ["pose", "classification", "action"])
def test_random_scenes_differ_and_follow_from_their_generator(task: Purpose) -> None:
    twice = [[random_scene(np.random.default_rng(seed), task, size=(64, 64)) for seed in range(6)] for _ in range(2)]
    pictures = [[scene.render(2.0)[0].tobytes() for scene in scenes] for scenes in twice]
    assert pictures[0] == pictures[1]
    assert len(set(pictures[0])) == 6


@pytest.mark.no_cover
def test_random_scenes_show_every_class_and_action() -> None:
    rng = np.random.default_rng(4)
    classes = {random_scene(rng, "classification", size=(48, 48)).render(1.0)[1].scene_class for _ in range(60)}
    assert classes == set(SCENE_CLASSES)
    truths = [random_scene(rng, "action", size=(48, 48)).render(time_s)[1] for _ in range(60) for time_s in (1.5,)]
    actions = {person.action for truth in truths for person in truth.people}
    assert len(actions) >= 11
