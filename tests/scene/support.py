"""People and moments to try the scene with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.scene.body import make_body
from edge.scene.kinematics import Skeleton, pose_skeleton
from edge.scene.light import Light
from edge.scene.looks import Looks
from edge.scene.motions import MOTIONS, MotionPoint, Style
from edge.scene.plan import Plan
from edge.scene.room import Block, Room
from edge.scene.scene import Scene
from edge.scene.script import Actor, Step

if TYPE_CHECKING:
    from edge.scene.truth import Action

BODY = make_body()
SMALL = (160, 120)


def moment(time_s: float = 0.0, *, progress: float = 0.0, style: Style | None = None) -> MotionPoint:
    """A moment of somebody who walks at an ordinary pace."""
    return MotionPoint(time_s, progress, strides=time_s / 1.2, speed_m_s=1.2, style=style or Style())


def skeleton(action: Action, when: MotionPoint) -> Skeleton:
    """An average body in the middle of an action, facing along x."""
    return pose_skeleton(BODY, MOTIONS[action](when), (0.0, 0.0), 0.0)


def actor(action: Action = "stand", *, at: tuple[float, float] = (0.0, 3.2), face_deg: float = -90.0) -> Actor:
    """Somebody who does one thing for a long time."""
    return Actor(1, BODY, Looks(), Style(), at, face_deg, (Step(action, 100.0),))


def scene_of(*actors: Actor, blocks: tuple[Block, ...] = (), size: tuple[int, int] = (320, 240)) -> Scene:
    """These people in a plain room without noise."""
    return Scene(size=size, name="test", plan=Plan(Room(blocks=blocks), actors, light=Light(), noise=0.0))
