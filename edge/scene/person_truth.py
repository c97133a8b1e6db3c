"""What the camera sees of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge.scene.head import face_points
from edge.scene.truth import FLOOR_ACTIONS, PersonTruth, Visibility
from edge.tracking.keypoints import COCO_17
from edge.types import Box

if TYPE_CHECKING:
    from edge.scene.body import Body
    from edge.scene.body_parts import Part
    from edge.scene.canvas import Canvas
    from edge.scene.kinematics import Skeleton, Vector
    from edge.scene.outline import Outline
    from edge.scene.script import Actor
    from edge.scene.truth import Action

# Half the flesh around a joint, as a share of the height: what is farther in front of the joint hides it,
_FLESH = {"nose": 0.020, "eye": 0.016, "ear": 0.022, "shoulder": 0.050, "elbow": 0.034, "wrist": 0.028}
_FLESH |= {"hip": 0.085, "knee": 0.048, "ankle": 0.034}
# unless it is the joint's own limb that comes towards the camera.
_NEIGHBOURS = {"shoulder": ("elbow",), "elbow": ("shoulder", "wrist"), "wrist": ("elbow", "hand")}
_NEIGHBOURS |= {"hip": ("knee",), "knee": ("hip", "ankle"), "ankle": ("knee", "toe")}
_DOWN_BELOW = 0.45


@dataclass(frozen=True, slots=True)
class Appearance:
    """A person at one time, ready to be painted; ``blur_px`` is how far each part moves while the sensor looks."""

    actor: Actor
    action: Action
    skeleton: Skeleton
    parts: list[Part]
    outlines: list[Outline]
    blur_px: list[float]

    def is_near(self, size: tuple[int, int]) -> bool:
        """Whether the person, or their shadow, may be in the picture."""
        return any(
            outline.is_seen and -size[0] < outline.start[0] < 2 * size[0] and -size[1] < outline.start[1] < 2 * size[1]
            for outline in self.outlines
        )


def keypoint_positions(skeleton: Skeleton, body: Body) -> dict[str, Vector]:
    """The 17 keypoints in the world, in COCO order."""
    points = skeleton.points | face_points(skeleton, body)
    return {name: points[name] for name in COCO_17.names}


def person_truth(appearance: Appearance, canvas: Canvas, *, covered: bool) -> PersonTruth | None:
    """What is true of a person once everybody is painted; None for somebody with no keypoint in the picture."""
    body = appearance.actor.body
    width, height = canvas.size
    places = keypoint_positions(appearance.skeleton, body)
    seen = canvas.view.to_camera(np.array(list(places.values())))
    pixels = canvas.view.project(seen, canvas.size)
    keypoints = np.zeros((17, 3), np.float32)
    keypoints[:, 0], keypoints[:, 1] = pixels[:, 1] / height, pixels[:, 0] / width
    for row, ((name, place), (x, y), depth_m) in enumerate(
        zip(places.items(), pixels.tolist(), seen[:, 2].tolist(), strict=True)
    ):
        if depth_m <= 0 or not (0 <= x < width and 0 <= y < height):
            continue
        # The surface that the pixel shows lies on the line from the camera to the joint.
        nearer = float(canvas.depth[int(y), int(x)]) / depth_m
        surface = np.array(canvas.view.position) * (1 - nearer) + place * nearer
        shown = not covered and (nearer > 1 or _is_own_flesh(name, place, surface, appearance))
        keypoints[row, 2] = Visibility.VISIBLE if shown else Visibility.OCCLUDED
    if not (keypoints[:, 2] > Visibility.OUTSIDE).any():
        return None
    fallen = float(appearance.skeleton.points["neck"][2]) < _DOWN_BELOW * body.height_m
    return PersonTruth(
        id=appearance.actor.id,
        action=appearance.action,
        keypoints=keypoints,
        box=_box(appearance, canvas.size),
        on_floor=fallen and appearance.action in FLOOR_ACTIONS,
    )


def _is_own_flesh(name: str, place: Vector, surface: Vector, appearance: Appearance) -> bool:
    """Whether a point of the visible surface belongs to a joint or to the limb it is part of."""
    side, _, joint = name.rpartition("_")
    reach_m = _FLESH[joint] * appearance.actor.body.height_m
    ends = [appearance.skeleton.points[f"{side}_{end}"] for end in _NEIGHBOURS.get(joint, ())]
    return any(_distance_m(surface, place, end) < reach_m for end in (place, *ends))


def _distance_m(point: Vector, start: Vector, end: Vector) -> float:
    """From a point to the straight line between two others."""
    along = end - start
    length = float((along**2).sum())
    share = min(1.0, max(0.0, float(((point - start) * along).sum()) / length)) if length else 0.0
    return float((((start + along * share) - point) ** 2).sum() ** 0.5)


def _box(appearance: Appearance, size: tuple[int, int]) -> Box:
    bounds = np.array([outline.bounds(0.0) for outline in appearance.outlines if outline.is_seen])
    left, top = np.clip(bounds[:, :2].min(axis=0) / size, 0, 1).tolist()
    right, bottom = np.clip(bounds[:, 2:].max(axis=0) / size, 0, 1).tolist()
    return Box(left, top, right - left, bottom - top)
