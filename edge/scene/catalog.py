"""The scenes that have a name."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ConfigError
from edge.scene.actors import TO_CAMERA_DEG, random_actor
from edge.scene.plan import Plan
from edge.scene.room import chair, pillar, random_room
from edge.scene.script import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge.scene.room import Room
    from edge.scene.script import Position

# Far enough to the side that nobody there is seen, in a room that is wide enough for it.
OFF: float = 4.2
_MIDDLE: Position = (0.0, 3.4)
_CHAIR: Position = (1.15, 3.7)


def scene_names() -> tuple[str, ...]:
    """The names that ``Scene`` knows, the fullest first."""
    return tuple(_MAKERS)


def make_plan(name: str, seed: int) -> Plan:
    """The plan of a named scene; the seed decides who plays in it and in which room.

    Raises:
        ConfigError: there is no scene of this name.
    """
    maker = _MAKERS.get(name)
    if maker is None:
        meant = get_close_matches(name, _MAKERS, n=1)
        hint = f' (did you mean "{meant[0]}"?)' if meant else ""
        raise ConfigError(f'there is no scene "{name}"{hint}; the scenes are {", ".join(_MAKERS)}')
    return replace(maker(np.random.default_rng([seed, *name.encode()])), seed=seed)


def wide_room(rng: np.random.Generator, *, furniture: int = 4) -> Room:
    """A random room with space in its middle and at its sides."""
    room = random_room(rng, furniture=furniture)
    clear = tuple(block for block in room.blocks if block.position[1] > 4.4 or abs(block.position[0]) > 2.3)
    return replace(room, half_width_m=max(room.half_width_m, 3.6), depth_m=max(room.depth_m, 5.6), blocks=clear)


_TOUR_CAPTIONS = (
    (0.0, "an empty room"),
    (4.4, "somebody walks in"),
    (7.5, "standing"),
    (10.0, "waving"),
    (14.0, "clapping"),
    (18.0, "jumping jacks"),
    (22.0, "squats"),
    (27.0, "punching"),
    (31.0, "to the chair"),
    (33.0, "sitting down"),
    (34.8, "sitting"),
    (37.2, "standing up"),
    (38.8, "walking on"),
    (40.8, "falling"),
    (42.2, "lying on the floor"),
    (45.6, "getting up"),
    (47.4, "several people"),
    (54.0, "gone"),
    (54.9, "lights off"),
    (57.7, "the camera is covered"),
)
"""From which second of the tour on what is to be seen."""


def _tour(rng: np.random.Generator) -> Plan:
    """Every motion and every class in a minute."""
    lead_steps = (
        Step("stand", 4.0),
        Step("walk", 3.5, _MIDDLE, TO_CAMERA_DEG),
        Step("stand", 2.5),
        Step("wave", 4.0),
        Step("clap", 4.0),
        Step("jumping_jack", 4.0),
        Step("squat", 5.0),
        Step("punch", 4.0),
        Step("walk", 2.0, _CHAIR, -105.0),
        Step("sit_down", 1.8),
        Step("sit", 2.4),
        Step("stand_up", 1.6),
        Step("walk", 2.0, (0.3, 3.3), -50.0),
        Step("fall", 1.4),
        Step("lie", 3.4),
        Step("get_up", 2.6),
        Step("stand", 2.0),
        Step("walk", 3.2, (-OFF, 3.4)),
        Step("stand", 6.6),
    )
    guest_steps = (
        Step("stand", 46.2),
        Step("walk", 2.6, (1.1, 3.0), -115.0),
        Step("wave", 2.4),
        Step("walk", 2.6, (OFF, 3.0)),
        Step("stand", 6.2),
    )
    passer_steps = (Step("stand", 48.0), Step("walk", 6.0, (-OFF - 0.6, 4.6)), Step("stand", 6.0))
    lead = random_actor(rng, 1, (-OFF, 3.4), lead_steps, face_deg=0.0, fall="backward")
    guest = random_actor(rng, 2, (OFF, 3.0), guest_steps, face_deg=180.0)
    passer = random_actor(rng, 3, (OFF + 0.6, 4.6), passer_steps, face_deg=180.0)
    room = wide_room(rng)
    return Plan(
        room=replace(room, blocks=room.blocks + chair(lead.body, _CHAIR, -105.0)),
        actors=(lead, guest, passer),
        period_s=60.0,
        dark=((54.9, 57.4),),
        covered=((57.7, 59.8),),
        captions=_TOUR_CAPTIONS,
    )


def _living_room(rng: np.random.Generator) -> Plan:
    """One person about the house: walks, sits down, gets up, waves."""
    steps = (
        Step("sit", 5.0),
        Step("stand_up", 1.7),
        Step("walk", 2.4, (-0.9, 3.5), -70.0),
        Step("stand", 3.0),
        Step("wave", 3.0),
        Step("walk", 2.6, (0.4, 4.6), 90.0),
        Step("stand", 3.0),
        Step("walk", 2.6, _CHAIR, -105.0),
        Step("sit_down", 1.8),
        Step("sit", 2.9),
    )
    actor = random_actor(rng, 1, _CHAIR, steps, face_deg=-105.0)
    room = wide_room(rng)
    return Plan(
        room=replace(room, blocks=room.blocks + chair(actor.body, _CHAIR, -105.0)),
        actors=(actor,),
        period_s=28.0,
        captions=((0.0, "at home"),),
    )


def _walk(rng: np.random.Generator) -> Plan:
    """One person walks across, away, towards the camera and turns."""
    steps = (
        Step("walk", 3.0, (1.2, 3.8)),
        Step("walk", 2.4, (0.0, 5.0)),
        Step("walk", 2.8, (0.0, 2.9)),
        Step("walk", 2.0, None, 90.0),
        Step("walk", 2.4, (-1.2, 3.8)),
        Step("walk", 1.4, None, 0.0),
    )
    return Plan(
        room=wide_room(rng),
        actors=(random_actor(rng, 1, (-1.2, 3.8), steps, face_deg=0.0),),
        period_s=14.0,
        captions=((0.0, "walking"),),
    )


def _gym(rng: np.random.Generator) -> Plan:
    """One person works out."""
    steps = (
        Step("jumping_jack", 6.0),
        Step("squat", 6.0),
        Step("punch", 5.0),
        Step("clap", 3.0),
        Step("stand", 2.0),
    )
    return Plan(
        room=wide_room(rng, furniture=2),
        actors=(random_actor(rng, 1, _MIDDLE, steps),),
        period_s=22.0,
        captions=((0.0, "working out"),),
    )


def _crossing(rng: np.random.Generator) -> Plan:
    """Three people cross each other's way, and pass behind a pedestal."""
    near = (Step("walk", 5.0, (OFF, 2.9)), Step("stand", 1.5), Step("walk", 5.0, (-OFF, 2.9)), Step("stand", 4.5))
    middle = (Step("walk", 6.0, (-OFF, 3.7)), Step("stand", 2.0), Step("walk", 6.0, (OFF, 3.7)), Step("stand", 2.0))
    far = (
        Step("stand", 1.0),
        Step("walk", 3.4, (0.3, 4.6), TO_CAMERA_DEG),
        Step("wave", 4.0),
        Step("walk", 3.6, (OFF + 0.6, 4.6)),
        Step("stand", 1.0),
        Step("walk", 3.0, (OFF + 0.6, 4.0)),
    )
    room = wide_room(rng)
    pedestal = replace(pillar(rng, -0.75), size_m=(0.34, 0.34, 0.95), position=(-0.75, 2.1))
    return Plan(
        room=replace(room, blocks=(*room.blocks, pedestal)),
        actors=(
            random_actor(rng, 1, (-OFF, 2.9), near, face_deg=0.0),
            random_actor(rng, 2, (OFF, 3.7), middle, face_deg=180.0),
            random_actor(rng, 3, (OFF + 0.6, 4.6), far, face_deg=180.0),
        ),
        period_s=16.0,
        captions=((0.0, "several people crossing"),),
    )


def _fall(rng: np.random.Generator) -> Plan:
    """Somebody comes in, falls, lies there, gets up and leaves."""
    steps = (
        Step("walk", 3.6, (0.2, 3.5), -40.0),
        Step("stand", 1.4),
        Step("fall", 1.4),
        Step("lie", 6.0),
        Step("get_up", 2.8),
        Step("stand", 1.2),
        Step("walk", 3.4, (-OFF, 3.5)),
        Step("stand", 2.2),
    )
    return Plan(
        room=wide_room(rng),
        actors=(random_actor(rng, 1, (-OFF, 3.5), steps, face_deg=0.0),),
        period_s=22.0,
        captions=((0.0, "walking in"), (5.0, "falling"), (6.4, "lying on the floor"), (12.4, "getting up")),
    )


def _empty(rng: np.random.Generator) -> Plan:
    """Nobody."""
    return Plan(room=wide_room(rng), period_s=10.0, captions=((0.0, "an empty room"),))


def _lights_off(rng: np.random.Generator) -> Plan:
    """Somebody in a room whose light goes out for a while."""
    return replace(_gym(rng), dark=((3.0, 18.0),), captions=((0.0, "light"), (3.0, "lights off"), (18.0, "light")))


def _covered(rng: np.random.Generator) -> Plan:
    """Somebody in a room until the camera is covered."""
    spans = ((3.0, 18.0),)
    return replace(_gym(rng), covered=spans, captions=((0.0, "in sight"), (3.0, "covered"), (18.0, "in sight")))


_MAKERS: Mapping[str, Callable[[np.random.Generator], Plan]] = {
    "tour": _tour,
    "living-room": _living_room,
    "walk": _walk,
    "gym": _gym,
    "crossing": _crossing,
    "fall": _fall,
    "empty": _empty,
    "lights-off": _lights_off,
    "covered": _covered,
}
"""Makers of plans by name; each draws people and room from its generator."""
