"""Movements: each is a curve from a moment to a posture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from edge.scene.posture import SIDES, blend, posture, smooth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from edge.scene.posture import Posture, Side
    from edge.scene.truth import Action

FallWay: TypeAlias = Literal["forward", "backward", "sideways"]
FALL_WAYS: tuple[FallWay, ...] = ("forward", "backward", "sideways")
FULL_GAIT_M_S = 0.9
STRIDE_PER_LEG = 1.42  # a swing of 25 degrees either way while the foot stands, which is 0.6 of the time
_STANCE = 0.6


@dataclass(frozen=True, slots=True)
class Style:
    """How one person moves: the stronger hand, how wide and how fast, which way they fall, where their cycles begin."""

    hand: Side = "right"
    energy: float = 1.0
    tempo: float = 1.0
    fall: FallWay = "backward"
    phase: float = 0.0


@dataclass(frozen=True, slots=True)
class MotionPoint:
    """A point of a movement: seconds since it began, the share of it that is done (0..1), strides and speed on foot."""

    time_s: float
    progress: float
    strides: float
    speed_m_s: float
    style: Style


def random_style(rng: np.random.Generator) -> Style:
    """How somebody may move."""
    return Style(
        hand=SIDES[int(rng.integers(2))],
        energy=float(rng.uniform(0.8, 1.1)),
        tempo=float(rng.uniform(0.8, 1.2)),
        fall=FALL_WAYS[int(rng.integers(3))],
        phase=float(rng.uniform(0, 1)),
    )


def _cycle(moment: MotionPoint, rate_hz: float) -> float:
    """Radians of a cycle that runs ``rate_hz`` times a second at normal tempo."""
    return 2 * math.pi * (moment.time_s * rate_hz * moment.style.tempo + moment.style.phase)


def _bump(angle: float, centre_share: float, sharpness: float) -> float:
    """1 at a share of the cycle, falling to nearly 0 around it, periodic."""
    return math.exp(sharpness * (math.cos(angle - 2 * math.pi * centre_share) - 1))


def _sway(moment: MotionPoint, share: float = 1.0) -> dict[str, float]:
    """Nobody stands quite still: breath, balance and a wandering look."""
    slow, breath = _cycle(moment, 0.11), _cycle(moment, 0.27)
    return {
        "side": 1.5 * share * math.sin(slow),
        "roll": 0.8 * share * math.sin(slow + 0.6),
        "bend": 2.0 + 1.2 * share * math.sin(breath),
        "turn": 9.0 * share * math.sin(slow * 2 + 1.0),
        "nod": 3.0 + 2.0 * share * math.sin(breath / 2 + 0.4),
        "twist": 2.0 * share * math.sin(slow + 2.0),
    }


def stand(moment: MotionPoint) -> Posture:
    """Stand, swaying a little."""
    breath = math.sin(_cycle(moment, 0.27))
    return posture({"arm_out": 8.5 + breath, "elbow": 14 + 2 * breath, "arm_raise": 1 - breath}, **_sway(moment))


def walk(moment: MotionPoint) -> Posture:
    """Walk; the gait follows the way that was covered, so that feet do not slide."""
    gait = smooth(moment.speed_m_s / FULL_GAIT_M_S)
    angle = 2 * math.pi * moment.strides
    angles: dict[str, float] = {"lean": 2 * gait, "bend": 4.0, "planted": 1.0 - gait, "nod": 2.0}
    angles["twist"] = -5 * gait * math.cos(angle)
    for side, turn in (("left", angle), ("right", angle + math.pi)):
        hip = gait * (4 + 25 * _leg_swing(turn))
        knee = 3 + gait * (4 + 7 * _bump(turn, 0.14, 6) + 54 * _bump(turn, 0.73, 4))
        angles |= {
            f"{side}_hip": hip,
            f"{side}_knee": knee,
            f"{side}_ankle": gait
            * (2 + 7 * _bump(turn, 0.45, 5) - 14 * _bump(turn, 0.64, 9) + 12 * _bump(turn, 0.86, 6))
            + (1 - gait) * 3,
            f"{side}_arm_raise": -gait * (22 * math.cos(turn) - 3),
            f"{side}_elbow": 14 + gait * (12 - 10 * math.cos(turn)),
        }
    return posture({"arm_out": 7}, **angles)


def _leg_swing(angle: float) -> float:
    """From 1 evenly back to -1 while the foot is on the floor, then forward again in an arc."""
    share = angle / (2 * math.pi) % 1.0
    if share < _STANCE:
        return 1 - 2 * share / _STANCE
    return 2 * smooth((share - _STANCE) / (1 - _STANCE)) - 1


def wave(moment: MotionPoint) -> Posture:
    """Wave one hand beside the head."""
    swing = math.sin(_cycle(moment, 1.4)) * moment.style.energy
    hand = moment.style.hand
    arm = {"arm_out": 84 + 6 * swing, "arm_raise": 4, "arm_turn": 84, "elbow": 92 - 30 * swing, "wrist": -8 * swing}
    return posture({}, **_sway(moment, 0.5), **{f"{hand}_{name}": value for name, value in arm.items()})


def clap(moment: MotionPoint) -> Posture:
    """Clap before the chest."""
    open_ = 0.5 - 0.5 * math.cos(_cycle(moment, 1.8))
    arms = {"arm_raise": 34, "arm_out": 6 + 14 * open_, "arm_turn": -27 + 34 * open_, "elbow": 84, "wrist": 8}
    return posture(arms, **_sway(moment, 0.4))


def jumping_jack(moment: MotionPoint) -> Posture:
    """Jump with legs apart and arms overhead, and back."""
    angle = _cycle(moment, 0.85)
    open_ = smooth(0.5 - 0.5 * math.cos(angle))
    air = math.sin(angle) ** 2
    energy = moment.style.energy
    both = {
        "arm_out": 8 + 155 * open_,
        "elbow": 14 + 8 * air,
        "arm_turn": 45 * open_,
        "leg_out": 22 * open_ * energy,
        "knee": 10 + 8 * (1 - air),
        "hip": 5 + 5 * (1 - air),
        "ankle": 4 * (1 - air) - 22 * air,
    }
    return posture(both, lift=0.035 * air * energy)


def squat(moment: MotionPoint) -> Posture:
    """Squat and rise, arms out in front when low."""
    low = smooth(0.5 - 0.5 * math.cos(_cycle(moment, 0.4))) * min(1.0, moment.style.energy)
    both = {
        "hip": 105 * low,
        "knee": 3 + 107 * low,
        "leg_out": 4 + 12 * low,
        "leg_turn": 14 * low,
        "arm_raise": 82 * low,
        "arm_out": 9 - 5 * low,
        "elbow": 14 - 6 * low,
    }
    return posture(both, lean=24 * low, bend=2 + 12 * low, nod=-18 * low)


def punch(moment: MotionPoint) -> Posture:
    """Box with both fists in turn, the weaker hand first."""
    angle = _cycle(moment, 1.1)
    lead: Side = "left" if moment.style.hand == "right" else "right"
    angles: dict[str, float] = {"bend": 9, "nod": 4}
    outs = {}
    for side, turn in ((lead, angle), (moment.style.hand, angle + math.pi)):
        out = outs[side] = _bump(turn, 0.25, 5) * min(1.0, moment.style.energy)
        angles |= {
            f"{side}_arm_raise": 22 + 64 * out,
            f"{side}_arm_out": 14 - 6 * out,
            f"{side}_arm_turn": -12,
            f"{side}_elbow": 132 - 122 * out,
        }
    angles["twist"] = 22 * (outs["right"] - outs["left"])
    angles |= {f"{lead}_hip": 22, f"{moment.style.hand}_hip": -8}
    return posture({"leg_out": 7, "knee": 16}, **angles)


_SEATED = {"hip": 88, "knee": 88, "leg_out": 6, "arm_raise": 22, "arm_out": 8, "elbow": 62, "arm_turn": -14}
_STOOPED = posture({"hip": 75, "knee": 68, "leg_out": 6, "arm_raise": 40, "elbow": 30}, lean=28, bend=22, nod=-12)
_CROUCHED = posture(
    {"hip": 115, "knee": 132, "leg_out": 12, "leg_turn": 12, "arm_raise": 45, "elbow": 20}, lean=20, bend=34, nod=-15
)
_LYING: dict[FallWay, Posture] = {
    "backward": posture(
        {"arm_out": 38, "elbow": 24, "arm_turn": 30, "leg_out": 9, "leg_turn": 16, "knee": 8, "hip": 3, "ankle": -22},
        lean=-90,
        turn=14,
    ),
    "forward": posture(
        {"arm_out": 70, "elbow": 72, "arm_turn": 70, "leg_out": 9, "knee": 4, "ankle": -42},
        lean=90,
        turn=62,
        nod=-6,
    ),
    "sideways": posture(
        {"arm_raise": 62, "arm_out": 10, "elbow": 70, "knee": 62, "hip": 46, "ankle": -8}, roll=88, bend=14, tilt=-8
    ),
}
_GIVING_WAY: dict[FallWay, Posture] = {
    "backward": posture({"hip": 58, "knee": 62, "arm_raise": 38, "arm_out": 34, "elbow": 42}, lean=-24, bend=16),
    "forward": posture({"hip": 20, "knee": 68, "arm_raise": 62, "arm_out": 16, "elbow": 40}, lean=34, bend=18),
    "sideways": posture({"hip": 38, "knee": 60, "arm_raise": 20, "arm_out": 44, "elbow": 48}, roll=30, bend=14),
}
_ON_THE_WAY_UP: dict[FallWay, Posture] = {
    "backward": posture({"hip": 84, "knee": 74, "arm_raise": -22, "arm_out": 22, "elbow": 12, "ankle": 0}, bend=26),
    "forward": posture({"hip": 84, "knee": 92, "arm_raise": 74, "elbow": 8, "ankle": -40}, lean=72, bend=10, nod=-20),
    "sideways": posture({"hip": 92, "knee": 98, "arm_raise": 30, "arm_out": 24, "elbow": 14, "ankle": -8}, bend=22),
}


def _through(progress: float, *keys: tuple[float, Posture]) -> Posture:
    """Ease from each key posture to the next; a key is the share of the movement at which it is reached."""
    for (start, from_), (end, to) in pairwise(keys):
        if progress < end:
            return blend(from_, to, smooth((progress - start) / (end - start)))
    return keys[-1][1]


def sit_down(moment: MotionPoint) -> Posture:
    """Sit down on the chair behind."""
    return _through(moment.progress, (0.0, stand(moment)), (0.6, _STOOPED), (1.0, sit(moment)))


def sit(moment: MotionPoint) -> Posture:
    """Sit on a chair."""
    return posture(_SEATED, **_sway(moment, 0.6))


def stand_up(moment: MotionPoint) -> Posture:
    """Rise from the chair."""
    return _through(moment.progress, (0.0, sit(moment)), (0.45, _STOOPED), (1.0, stand(moment)))


def fall(moment: MotionPoint) -> Posture:
    """Give way at the knees and fall to the floor."""
    way = moment.style.fall
    lying = _LYING[way]
    return _through(moment.progress, (0.0, stand(moment)), (0.5, _GIVING_WAY[way]), (1.0, lying))


def lie(moment: MotionPoint) -> Posture:
    """Lie where one fell."""
    return _LYING[moment.style.fall]


def get_up(moment: MotionPoint) -> Posture:
    """Rise from the floor over a crouch."""
    way = moment.style.fall
    keys = ((0.0, _LYING[way]), (0.4, _ON_THE_WAY_UP[way]), (0.7, _CROUCHED), (1.0, stand(moment)))
    return _through(moment.progress, *keys)


MOTIONS: Mapping[Action, Callable[[MotionPoint], Posture]] = {
    "stand": stand,
    "walk": walk,
    "wave": wave,
    "clap": clap,
    "jumping_jack": jumping_jack,
    "squat": squat,
    "punch": punch,
    "sit_down": sit_down,
    "sit": sit,
    "stand_up": stand_up,
    "fall": fall,
    "lie": lie,
    "get_up": get_up,
}
"""How each action moves."""
