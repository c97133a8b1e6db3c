"""Scenes drawn at random, to learn from."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from edge.scene.actors import TO_CAMERA_DEG, random_actor
from edge.scene.light import random_light
from edge.scene.plan import Plan
from edge.scene.room import chair, pillar, random_room
from edge.scene.scene import Scene
from edge.scene.script import Step
from edge.scene.truth import ACTIONS, FLOOR_ACTIONS, SCENE_CLASSES
from edge.scene.view import View

if TYPE_CHECKING:
    import numpy as np

    from edge.scene.room import Block
    from edge.scene.script import Actor, Position
    from edge.scene.truth import Action, SceneClass

Purpose: TypeAlias = Literal["pose", "classification", "action"]

CLIP_S = 6.0
_SEATED: frozenset[Action] = frozenset({"sit_down", "sit", "stand_up"})


def random_scene(
    rng: np.random.Generator, task: Purpose, *, size: tuple[int, int] = (192, 192), fps: float = 30.0
) -> Scene:
    """A scene of six seconds that suits the training of a task; everything about it comes from ``rng``.

    ``pose``: one person, sometimes two, near enough to be seen well, doing anything, at times behind something.
    ``action``: one person doing one action, all actions equally often.
    ``classification``: each scene class equally often. What is shown is in the truth of every frame.
    """
    if task == "classification":
        plan = _class_plan(rng, SCENE_CLASSES[int(rng.integers(len(SCENE_CLASSES)))])
    else:
        people = 2 if task == "pose" and rng.random() < 0.2 else 1
        actions = [ACTIONS[int(rng.integers(len(ACTIONS)))] for _ in range(people)]
        plan = _plan(rng, actions, occluded=rng.random() < (0.3 if task == "pose" else 0.1))
    seed = int(rng.integers(2**31))
    return Scene(seed, f"random-{task}", size, fps, plan=replace(plan, seed=seed))


def _class_plan(rng: np.random.Generator, wanted: SceneClass) -> Plan:
    count = {"empty_room": 0, "one_person": 1, "several_people": int(rng.integers(2, 5)), "person_on_floor": 1}
    people = count.get(wanted, int(rng.integers(0, 3)))
    upright = [action for action in ACTIONS if action not in FLOOR_ACTIONS]
    actions: list[Action] = [upright[int(rng.integers(len(upright)))] for _ in range(people)]
    if wanted == "person_on_floor":
        actions = ["lie", *actions[1:]]
    plan = _plan(rng, actions, occluded=rng.random() < 0.15)
    always = ((-CLIP_S, 2 * CLIP_S),)
    if wanted == "lights_off":
        return replace(plan, dark=always)
    return replace(plan, covered=always) if wanted == "camera_covered" else plan


def _plan(rng: np.random.Generator, actions: list[Action], *, occluded: bool) -> Plan:
    away_m = float(rng.uniform(2.0, 4.2))
    room = random_room(rng)
    room = replace(room, depth_m=max(room.depth_m, away_m + 1.6), half_width_m=max(room.half_width_m, 2.8))
    clear = [block for block in room.blocks if math.dist(block.position, (0.0, away_m)) > 1.5]
    actors: list[Actor] = []
    for number, action in enumerate(actions):
        aside = (number - (len(actions) - 1) / 2) * float(rng.uniform(0.6, 1.1))
        actor = _actor(rng, number + 1, action, (aside, away_m + float(rng.uniform(-0.4, 0.4))))
        actors.append(actor)
        clear += _seat(actor, action)
    if occluded:
        clear.append(_occluder(rng, away_m))
    return Plan(
        room=replace(room, blocks=tuple(clear)),
        actors=tuple(actors),
        view=_view(rng, away_m, low=not FLOOR_ACTIONS.isdisjoint(actions)),
        light=random_light(rng),
        period_s=CLIP_S,
        noise=float(rng.uniform(0.5, 6.0)),
        exposure_s=float(rng.choice((1 / 120, 1 / 60, 1 / 30))),
    )


def _actor(rng: np.random.Generator, id: int, action: Action, position: Position) -> Actor:
    # Mostly seen from the front, but from anywhere.
    face_deg = TO_CAMERA_DEG + float(rng.normal(0, 45)) if rng.random() < 0.7 else float(rng.uniform(0, 360))
    start_s = float(rng.uniform(0.2, 0.9))
    long_s = 2 * CLIP_S
    match action:
        case "walk":
            length_m, way = float(rng.uniform(1.6, 2.8)), math.radians(face_deg)
            dx, dy = math.cos(way) * length_m / 2, math.sin(way) * length_m / 2
            goal = position[0] + dx, position[1] + dy
            position = position[0] - dx, position[1] - dy
            steps: tuple[Step, ...] = (
                Step("walk", length_m / float(rng.uniform(0.7, 1.3)), goal),
                Step("walk", long_s),
            )
        case "fall":
            steps = (Step("stand", start_s), Step("fall", float(rng.uniform(1.0, 1.8))), Step("lie", long_s))
        case "get_up":
            steps = (Step("lie", start_s), Step("get_up", float(rng.uniform(2.0, 3.4))), Step("stand", long_s))
        case "sit_down":
            steps = (Step("stand", start_s), Step("sit_down", float(rng.uniform(1.3, 2.2))), Step("sit", long_s))
        case "stand_up":
            steps = (Step("sit", start_s), Step("stand_up", float(rng.uniform(1.3, 2.2))), Step("stand", long_s))
        case _:
            steps = (Step(action, long_s),)
    actor = random_actor(rng, id, position, steps, face_deg=face_deg)
    return _centred(actor) if action in FLOOR_ACTIONS else actor


def _centred(actor: Actor) -> Actor:
    """Moved so that the middle of the lying body, not its feet, is where the actor was to be."""
    turn = {"forward": 0.0, "backward": 180.0, "sideways": 90.0}[actor.style.fall]
    way = math.radians(actor.face_deg + turn)
    half_m = actor.body.height_m / 2
    x, y = actor.position
    return replace(actor, position=(x - half_m * math.cos(way), y - half_m * math.sin(way)))


def _seat(actor: Actor, action: Action) -> tuple[Block, ...]:
    return chair(actor.body, actor.position, actor.face_deg) if action in _SEATED else ()


def _occluder(rng: np.random.Generator, away_m: float) -> Block:
    """Something in front of the people, clear of the camera."""
    found = pillar(rng, float(rng.choice((-1, 1))) * float(rng.uniform(0.15, 0.7)))
    return replace(found, position=(found.position[0], min(found.position[1], away_m - 0.9)))


def _view(rng: np.random.Generator, away_m: float, *, low: bool) -> View:
    """A camera at a height people put cameras, that has the people in sight but not always in the middle."""
    height_m = float(rng.uniform(0.7, 2.4))
    aim_m = float(rng.uniform(0.2, 0.7) if low else rng.uniform(0.7, 1.1))
    return View(
        position=(float(rng.uniform(-0.5, 0.5)), 0.0, height_m),
        yaw_deg=90.0 + float(rng.normal(0, 4)),
        pitch_deg=math.degrees(math.atan2(height_m - aim_m, away_m)) + float(rng.normal(0, 2.5)),
        fov_deg=float(rng.uniform(46, 70)),
    )
