"""The scene: pictures of people in a room at any time, each with its truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.scene.backdrop import draw_backdrop
from edge.scene.canvas import Canvas
from edge.scene.catalog import make_plan
from edge.scene.figure import dress
from edge.scene.outline import outlines
from edge.scene.person_truth import Appearance, person_truth
from edge.scene.plan import share_within
from edge.scene.script import Performance
from edge.scene.sensor import Sensor
from edge.scene.shadow import cast_shadows
from edge.scene.truth import SceneTruth, scene_class_of

if TYPE_CHECKING:
    from edge.scene.plan import Plan
    from edge.types import ImageArray

_MOST_BLUR_PX = 24.0


class Scene:
    """A scene of the catalogue, drawn from ``seed``: who plays in it, in what room and light.

    ``size`` is width and height in pixels. The same seed, name, size and time give the same picture, byte for byte,
    in any order of times. Times beyond ``period_s`` begin anew; ``fps`` is how often a camera is to look.

    ``plan`` is played instead of one of the catalogue, under the same name.

    Raises:
        ConfigError: there is no scene of this name.
    """

    def __init__(
        self,
        seed: int = 0,
        name: str = "tour",
        size: tuple[int, int] = (640, 480),
        fps: float = 30.0,
        *,
        plan: Plan | None = None,
    ) -> None:
        self.plan = plan = plan or make_plan(name, seed)
        self.name, self.size, self.fps = name, size, fps
        self.period_s = plan.period_s
        self._performances = [Performance(actor) for actor in plan.actors]
        self._sensor = Sensor(plan.seed, size, plan.noise)
        self._backdrop = draw_backdrop(plan.room, plan.view, plan.light, size)
        if plan.room.plants:
            Canvas(self._backdrop.image, self._backdrop.depth, plan.view, plan.light).paint(plan.room.plants)

    def render(self, time_s: float) -> tuple[ImageArray, SceneTruth]:
        """The picture at ``time_s``, ``(height, width, 3) uint8`` RGB, and what is true of it."""
        plan, now_s = self.plan, time_s % self.period_s
        canvas = Canvas(self._backdrop.image.copy(), self._backdrop.depth.copy(), plan.view, plan.light)
        shown = [self._appear(performance, now_s) for performance in self._performances]
        shown = [appearance for appearance in shown if appearance.is_near(self.size)]
        parts = [part for appearance in shown for part in appearance.parts]
        if parts:
            cast_shadows(canvas.image, self._backdrop.floor, parts, plan.view, plan.light)
            canvas.paint(parts, [blur for appearance in shown for blur in appearance.blur_px])
        darkness, covered = share_within(plan.dark, now_s), share_within(plan.covered, now_s)
        people = [person_truth(appearance, canvas, covered=covered > 0.5) for appearance in shown]
        seen = tuple(person for person in people if person is not None)
        image = self._sensor.expose(canvas.image, round(now_s * 1e6), darkness=darkness, covered=covered)
        truth = SceneTruth(
            people=seen,
            scene_class=scene_class_of(seen, darkness=darkness, covered=covered),
            time_s=time_s,
            caption=[text for start_s, text in plan.captions if start_s <= now_s][-1],
        )
        return image, truth

    def _appear(self, performance: Performance, now_s: float) -> Appearance:
        actor, plan = performance.actor, self.plan
        skeleton = performance.skeleton_at(now_s)
        parts = dress(skeleton, actor.body, actor.looks)
        before = performance.skeleton_at(max(0.0, now_s - plan.exposure_s))
        names = list(skeleton.points)
        now, then = (
            plan.view.project(plan.view.to_camera(np.array(list(bones.points.values()))), self.size)
            for bones in (skeleton, before)
        )
        moved = np.minimum(np.sqrt(((now - then) ** 2).sum(axis=1)), _MOST_BLUR_PX).tolist()
        speed = dict(zip(names, moved, strict=True))
        return Appearance(
            actor=actor,
            action=performance.action_at(now_s),
            skeleton=skeleton,
            parts=parts,
            outlines=outlines(parts, plan.view, self.size),
            blur_px=[speed[part.moves_with] for part in parts],
        )
