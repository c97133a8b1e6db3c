"""People as actors: what each of them does, one step after another, and where that puts them at any time."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.scene.kinematics import pose_skeleton
from edge.scene.motions import MOTIONS, STRIDE_PER_LEG, MotionPoint, Style
from edge.scene.posture import blend, smooth, within_limits

if TYPE_CHECKING:
    from edge.scene.body import Body
    from edge.scene.kinematics import Skeleton
    from edge.scene.looks import Looks
    from edge.scene.posture import Posture
    from edge.scene.truth import Action

Position = tuple[float, float]
"""x and y on the floor in metres."""

BLEND_S = 0.4
TURN_S = 0.6
_SETTLE_M_S = 0.5
_STEPS_ON_THE_SPOT_HZ = 0.7


@dataclass(frozen=True, slots=True)
class Step:
    """One action for some seconds; somebody who walks goes ``to`` a place and ends looking along ``face_deg``."""

    action: Action
    duration_s: float
    to: Position | None = None
    face_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person and their part: where they begin, looking along ``face_deg`` (-90: at the camera), and their steps.

    After the last step they go on with it.
    """

    id: int
    body: Body
    looks: Looks
    style: Style
    position: Position
    face_deg: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Waypoint:
    """Where somebody is and looks when a step begins, and when that is."""

    start_s: float
    position: Position
    face_deg: float


class Performance:
    """An actor's part, worked out."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        waypoint = Waypoint(0.0, actor.position, actor.face_deg)
        self._waypoints = [waypoint]
        for step in actor.steps:
            waypoint = Waypoint(
                waypoint.start_s + step.duration_s, step.to or waypoint.position, _face_at_end(step, waypoint)
            )
            self._waypoints.append(waypoint)
        self._starts = [waypoint.start_s for waypoint in self._waypoints[:-1]]

    def action_at(self, time_s: float) -> Action:
        """What the person does."""
        return self.actor.steps[self._index(time_s)].action

    def skeleton_at(self, time_s: float) -> Skeleton:
        """How the person holds every joint, and where."""
        index = self._index(time_s)
        elapsed_s = time_s - self._starts[index]
        angles = self._posture(index, elapsed_s)
        if index and elapsed_s < BLEND_S:
            before = self._posture(index - 1, elapsed_s + self.actor.steps[index - 1].duration_s)
            angles = blend(before, angles, smooth(elapsed_s / BLEND_S))
        position, face_deg = self._position_at(index, elapsed_s)
        return pose_skeleton(self.actor.body, within_limits(angles), position, face_deg)

    def _index(self, time_s: float) -> int:
        return max(0, bisect_right(self._starts, time_s) - 1)

    def _posture(self, index: int, elapsed_s: float) -> Posture:
        step = self.actor.steps[index]
        strides, speed_m_s = self._gait(index, elapsed_s)
        progress = min(1.0, elapsed_s / step.duration_s)
        return MOTIONS[step.action](MotionPoint(elapsed_s, progress, strides, speed_m_s, self.actor.style))

    def _gait(self, index: int, elapsed_s: float) -> tuple[float, float]:
        step, waypoint = self.actor.steps[index], self._waypoints[index]
        if step.action != "walk":
            return 0.0, 0.0
        if step.to is None:
            rest = smooth(elapsed_s / TURN_S) * smooth((step.duration_s - elapsed_s) / TURN_S)
            return elapsed_s * _STEPS_ON_THE_SPOT_HZ, _SETTLE_M_S * rest
        share, speed = _ramped(elapsed_s, step.duration_s)
        length_m = math.dist(waypoint.position, step.to)
        leg_m = self.actor.body.thigh_m + self.actor.body.shank_m
        return share * length_m / (STRIDE_PER_LEG * leg_m), speed * length_m

    def _position_at(self, index: int, elapsed_s: float) -> tuple[Position, float]:
        step, waypoint = self.actor.steps[index], self._waypoints[index]
        face_deg = waypoint.face_deg
        end_deg = _face_at_end(step, waypoint)
        if step.to is None:
            return waypoint.position, face_deg + _turn(face_deg, end_deg) * smooth(elapsed_s / step.duration_s)
        share, _ = _ramped(elapsed_s, step.duration_s)
        (x0, y0), (x1, y1) = waypoint.position, step.to
        ahead_deg = math.degrees(math.atan2(y1 - y0, x1 - x0))
        face_deg += _turn(face_deg, ahead_deg) * smooth(elapsed_s / TURN_S)
        face_deg += _turn(ahead_deg, end_deg) * smooth((elapsed_s - step.duration_s + TURN_S) / TURN_S)
        return (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share), face_deg


def _face_at_end(step: Step, waypoint: Waypoint) -> float:
    if step.face_deg is not None:
        return step.face_deg
    if step.to is None:
        return waypoint.face_deg
    return math.degrees(math.atan2(step.to[1] - waypoint.position[1], step.to[0] - waypoint.position[0]))


def _turn(start_deg: float, end_deg: float) -> float:
    """The short way round."""
    return (end_deg - start_deg + 180.0) % 360.0 - 180.0


def _ramped(elapsed_s: float, duration_s: float) -> tuple[float, float]:
    """The share of a way that is covered and the speed in shares a second, speeding up and slowing down evenly."""
    ramp_s = min(0.6, duration_s / 2)
    top = 1.0 / (duration_s - ramp_s)
    now = min(duration_s, max(0.0, elapsed_s))
    left = duration_s - now
    if now < ramp_s:
        return top * now * now / (2 * ramp_s), top * now / ramp_s
    if left < ramp_s:
        return 1.0 - top * left * left / (2 * ramp_s), top * left / ramp_s
    return top * (now - ramp_s / 2), top
