"""Rooms: what stands where. Drawing them is the backdrop's business."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

import numpy as np

from edge.scene.body_parts import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.scene.body import Body
    from edge.scene.light import Colour
    from edge.scene.script import Position

_T = TypeVar("_T")
Floor: TypeAlias = Literal["planks", "tiles", "carpet", "concrete"]
Wall: TypeAlias = Literal["plain", "stripes", "bricks", "panels"]
Picture: TypeAlias = Literal["window", "poster", "door"]

_WOODS: tuple[Colour, ...] = ((150, 112, 76), (110, 76, 50), (188, 156, 116), (84, 60, 44), (214, 206, 194))
_FLOORS: tuple[Colour, ...] = ((164, 124, 86), (128, 96, 70), (150, 148, 144), (112, 118, 124), (186, 172, 150))
_WALLS: tuple[Colour, ...] = (
    (214, 208, 196),
    (196, 204, 206),
    (176, 188, 170),
    (206, 186, 168),
    (160, 172, 190),
    (222, 218, 214),
    (150, 130, 118),
    (120, 130, 138),
)
_FABRICS: tuple[Colour, ...] = ((92, 98, 112), (142, 74, 62), (74, 108, 92), (178, 162, 138), (66, 74, 110))
_LEAF: Colour = (62, 112, 58)


@dataclass(frozen=True, slots=True)
class Block:
    """A box on ``base_m`` above the floor: ``size_m`` is width, depth and height, turned by ``yaw_deg``.

    ``fronts`` is the number of doors or drawers drawn on it, side by side.
    """

    position: Position
    size_m: tuple[float, float, float]
    colour: Colour
    base_m: float = 0.0
    yaw_deg: float = 0.0
    fronts: int = 0


@dataclass(frozen=True, slots=True)
class Hanging:
    """Something flat on a wall: its middle along the wall and above the floor, its width and height in metres."""

    kind: Picture
    wall: Literal["back", "left", "right"]
    along_m: float
    above_m: float
    size_m: tuple[float, float]
    colour: Colour


@dataclass(frozen=True, slots=True)
class Room:
    """A box from -``half_width_m`` to ``half_width_m`` and back to ``depth_m``, and what is in it.

    ``seed`` is that of the grain in its surfaces.
    """

    half_width_m: float = 3.2
    depth_m: float = 5.6
    height_m: float = 2.6
    floor: Floor = "planks"
    floor_colour: Colour = _FLOORS[0]
    wall: Wall = "plain"
    wall_colour: Colour = _WALLS[0]
    blocks: tuple[Block, ...] = ()
    hangings: tuple[Hanging, ...] = ()
    plants: tuple[Part, ...] = ()
    seed: int = 0


def chair(body: Body, feet: Position, face_deg: float, colour: Colour = _WOODS[0]) -> tuple[Block, ...]:
    """A chair of the right height, so that this body sits on it when its feet stand at ``feet``."""
    seat_m = body.shank_m + body.ankle_m - 0.052 * body.height_m * body.girth
    cosine, sine = math.cos(math.radians(face_deg)), math.sin(math.radians(face_deg))

    def at(forward: float, left: float) -> Position:
        away = forward - body.thigh_m
        return feet[0] + cosine * away - sine * left, feet[1] + sine * away + cosine * left

    legs = [
        Block(at(forward, left), (0.04, 0.04, seat_m - 0.04), colour, yaw_deg=face_deg)
        for forward in (-0.19, 0.19)
        for left in (-0.19, 0.19)
    ]
    seat = Block(at(0.0, 0.0), (0.44, 0.44, 0.04), colour, base_m=seat_m - 0.04, yaw_deg=face_deg)
    back = Block(at(-0.24, 0.0), (0.04, 0.44, 0.48), colour, base_m=seat_m, yaw_deg=face_deg)
    return (*legs, seat, back)


def random_room(rng: np.random.Generator, *, furniture: int | None = None) -> Room:
    """A room to live in; ``furniture`` is how many pieces stand along its walls (default: 1 to 5)."""
    half_width_m, depth_m = float(rng.uniform(2.4, 4.2)), float(rng.uniform(4.6, 7.5))
    count = int(rng.integers(1, 6)) if furniture is None else furniture
    floors: tuple[Floor, ...] = ("planks", "planks", "tiles", "carpet", "concrete")
    walls: tuple[Wall, ...] = ("plain", "plain", "stripes", "bricks", "panels")
    blocks: list[Block] = []
    for _ in range(count):
        blocks += _furniture(rng, half_width_m, depth_m)
    plants = _plant(rng, half_width_m, depth_m) if rng.random() < 0.5 else ()
    return Room(
        half_width_m=half_width_m,
        depth_m=depth_m,
        height_m=float(rng.uniform(2.4, 3.0)),
        floor=_pick(rng, floors),
        floor_colour=_near(rng, _pick(rng, _FLOORS)),
        wall=_pick(rng, walls),
        wall_colour=_near(rng, _pick(rng, _WALLS)),
        blocks=tuple(blocks),
        hangings=tuple(_hanging(rng, half_width_m, depth_m) for _ in range(int(rng.integers(0, 5)))),
        plants=plants,
        seed=int(rng.integers(2**31)),
    )


def pillar(rng: np.random.Generator, x_m: float) -> Block:
    """Something that stands between the camera and the people, around ``x_m`` to the right."""
    height = float(rng.uniform(0.5, 2.6))
    size = float(rng.uniform(0.15, 0.5)), float(rng.uniform(0.15, 0.4)), height
    position = x_m + float(rng.uniform(-0.1, 0.1)), float(rng.uniform(1.2, 2.0))
    return Block(position, size, _near(rng, _pick(rng, _FABRICS)), yaw_deg=float(rng.uniform(0, 90)))


def _furniture(rng: np.random.Generator, half_width_m: float, depth_m: float) -> list[Block]:
    makers = (_cupboard, _sofa, _table, _shelf, _bin)
    maker = makers[int(rng.integers(len(makers)))]
    if rng.random() < 0.6:
        return maker(rng, (float(rng.uniform(-0.85, 0.85)) * half_width_m, depth_m - 0.4), -90.0)
    side = 1.0 if rng.random() < 0.5 else -1.0
    position = side * (half_width_m - 0.4), float(rng.uniform(2.6, depth_m - 0.8))
    return maker(rng, position, 90.0 + 90.0 * side)


def _cupboard(rng: np.random.Generator, position: Position, face_deg: float) -> list[Block]:
    size = 0.45, float(rng.uniform(0.7, 1.7)), float(rng.uniform(0.7, 2.0))
    return [Block(position, size, _near(rng, _pick(rng, _WOODS)), yaw_deg=face_deg, fronts=int(rng.integers(1, 5)))]


def _sofa(rng: np.random.Generator, position: Position, face_deg: float) -> list[Block]:
    colour, width = _near(rng, _pick(rng, _FABRICS)), float(rng.uniform(1.3, 2.1))
    cosine, sine = math.cos(math.radians(face_deg)), math.sin(math.radians(face_deg))

    def part(forward: float, left: float, size: tuple[float, float, float], fronts: int = 0) -> Block:
        at = position[0] + cosine * forward - sine * left, position[1] + sine * forward + cosine * left
        return Block(at, size, colour, yaw_deg=face_deg, fronts=fronts)

    arms = [part(0.05, side * (width / 2 - 0.09), (0.8, 0.18, 0.6)) for side in (-1, 1)]
    return [part(0.1, 0.0, (0.75, width - 0.3, 0.44), 2), part(-0.28, 0.0, (0.2, width, 0.82)), *arms]


def _table(rng: np.random.Generator, position: Position, face_deg: float) -> list[Block]:
    colour, width, height = _near(rng, _pick(rng, _WOODS)), float(rng.uniform(0.8, 1.5)), float(rng.uniform(0.45, 0.8))
    cosine, sine = math.cos(math.radians(face_deg)), math.sin(math.radians(face_deg))
    legs = [
        Block(
            (position[0] + cosine * forward - sine * left, position[1] + sine * forward + cosine * left),
            (0.05, 0.05, height),
            colour,
            yaw_deg=face_deg,
        )
        for forward in (-0.25, 0.25)
        for left in (0.06 - width / 2, width / 2 - 0.06)
    ]
    thing = Block(position, (0.2, 0.3, float(rng.uniform(0.1, 0.4))), _near(rng, _pick(rng, _FABRICS)), height + 0.04)
    return [*legs, Block(position, (0.6, width, 0.04), colour, height, face_deg), thing]


def _shelf(rng: np.random.Generator, position: Position, face_deg: float) -> list[Block]:
    colour, width = _pick(rng, _WOODS), float(rng.uniform(0.6, 1.2))
    boards = [Block(position, (0.3, width, 0.03), colour, 0.35 * level, face_deg) for level in range(1, 6)]
    backs = [
        Block(
            position,
            (0.2, width * float(rng.uniform(0.4, 0.95)), 0.24),
            _near(rng, _pick(rng, _FABRICS), 40),
            0.35 * level + 0.03,
            face_deg,
            fronts=int(rng.integers(3, 9)),
        )
        for level in range(1, 5)
    ]
    return boards + backs


def _bin(rng: np.random.Generator, position: Position, face_deg: float) -> list[Block]:
    side = float(rng.uniform(0.25, 0.5))
    return [
        Block(position, (side, side, float(rng.uniform(0.3, 0.6))), _near(rng, _pick(rng, _FABRICS), 40), 0.0, face_deg)
    ]


def _hanging(rng: np.random.Generator, half_width_m: float, depth_m: float) -> Hanging:
    kinds: tuple[Picture, ...] = ("window", "poster", "poster", "door")
    walls: tuple[Literal["back", "left", "right"], ...] = ("back", "back", "left", "right")
    kind, wall = _pick(rng, kinds), _pick(rng, walls)
    reach = (-half_width_m + 0.5, half_width_m - 0.5) if wall == "back" else (2.5, depth_m - 0.5)
    along = float(rng.uniform(*reach))
    if kind == "door":
        return Hanging(kind, wall, along, 1.0, (0.9, 2.0), _near(rng, _pick(rng, _WOODS)))
    size = float(rng.uniform(0.5, 1.5)), float(rng.uniform(0.5, 1.1))
    return Hanging(kind, wall, along, float(rng.uniform(1.4, 1.8)), size, _near(rng, _pick(rng, _FABRICS), 50))


def _plant(rng: np.random.Generator, half_width_m: float, depth_m: float) -> tuple[Part, ...]:
    """A pot with leaves in a far corner."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    x, y = side * (half_width_m - 0.35), depth_m - 0.4
    pot = Part(np.array((x, y, 0.1)), np.array((x, y, 0.28)), 0.13, 0.16, (148, 92, 66), is_joined=True)
    leaves = []
    for _ in range(int(rng.integers(8, 16))):
        angle, out, up = float(rng.uniform(0, 6.3)), float(rng.uniform(0.1, 0.45)), float(rng.uniform(0.25, 1.0))
        foot = np.array((x, y, 0.35))
        tip = np.array((x + math.cos(angle) * out, y + math.sin(angle) * out, 0.35 + up))
        leaves.append(Part(foot, tip, 0.012, float(rng.uniform(0.03, 0.07)), _near(rng, _LEAF, 25), is_joined=False))
    return (pot, *leaves)


def _pick(rng: np.random.Generator, of: Sequence[_T]) -> _T:
    return of[int(rng.integers(len(of)))]


def _near(rng: np.random.Generator, colour: Colour, spread: float = 14.0) -> Colour:
    red, green, blue = (min(255.0, max(0.0, part + float(rng.uniform(-spread, spread)))) for part in colour)
    return red, green, blue
