"""Heads: where the face is, and hair around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.scene.body_parts import Part

if TYPE_CHECKING:
    from edge.scene.body import Body
    from edge.scene.kinematics import Skeleton, Vector
    from edge.scene.light import Colour
    from edge.scene.looks import Looks

# In heights of the head from its centre: forward, to the left, up.
FACE: dict[str, tuple[float, float, float]] = {
    "nose": (0.50, 0.0, -0.06),
    "left_eye": (0.405, 0.135, 0.07),
    "right_eye": (0.405, -0.135, 0.07),
    "left_ear": (-0.02, 0.335, 0.0),
    "right_ear": (-0.02, -0.335, 0.0),
}
"""The five keypoints of a head."""

_WHITE: Colour = (236, 232, 228)
_IRIS: Colour = (44, 34, 30)


def face_points(skeleton: Skeleton, body: Body) -> dict[str, Vector]:
    """Nose, eyes and ears in the world."""
    return {name: _at(skeleton, body, *place) for name, place in FACE.items()}


def _at(skeleton: Skeleton, body: Body, forward: float, left: float, up: float) -> Vector:
    axes, size = skeleton.axes["head"], body.head_m
    return skeleton.points["head"] + (axes[:, 0] * forward + axes[:, 1] * left + axes[:, 2] * up) * size


def head_parts(skeleton: Skeleton, body: Body, looks: Looks) -> list[Part]:
    """Skull, face and hair."""
    return _Head(skeleton, body, looks).parts()


class _Head:
    def __init__(self, skeleton: Skeleton, body: Body, looks: Looks) -> None:
        self._skeleton, self._body, self._looks = skeleton, body, looks

    def _capsule(
        self,
        start: tuple[float, float, float],
        end: tuple[float, float, float],
        radii: tuple[float, float],
        colour: Colour,
        *,
        stretch: tuple[float, float, float] = (1.0, 1.0, 1.0),
        detail: bool = False,
    ) -> Part:
        size = self._body.head_m
        return Part(
            _at(self._skeleton, self._body, *start),
            _at(self._skeleton, self._body, *end),
            radii[0] * size,
            radii[1] * size,
            colour,
            axes=self._skeleton.axes["head"],
            stretch=stretch,
            detail=detail,
            moves_with="head",
            is_joined=False,
        )

    def parts(self) -> list[Part]:
        skin = self._looks.skin
        skull = [
            self._capsule((0.0, 0, 0.14), (0.02, 0, 0.02), (0.36, 0.35), skin, stretch=(1.1, 0.93, 1.0)),
            self._capsule((0.05, 0, 0.0), (0.17, 0, -0.33), (0.33, 0.17), skin, stretch=(1.0, 0.95, 1.0)),
        ]
        return skull + self._face() + self._hair()

    def _face(self) -> list[Part]:
        looks, skin = self._looks, self._looks.skin
        red, green, blue = skin
        shade: Colour = (red * 0.86, green * 0.80, blue * 0.78)
        lips: Colour = (red * 0.80, green * 0.55, blue * 0.55)
        brow: Colour = tuple(0.7 * part for part in looks.hair_colour)  # type: ignore[assignment]
        parts = [
            self._capsule((0.38, 0, 0.06), (0.455, 0, -0.06), (0.035, 0.062), skin, detail=True),
            self._capsule((0.40, -0.028, -0.105), (0.40, 0.028, -0.105), (0.035, 0.035), shade, detail=True),
            self._capsule((0.335, -0.09, -0.24), (0.335, 0.09, -0.24), (0.030, 0.030), lips, detail=True),
        ]
        for side in (1, -1):
            parts += [
                self._capsule(
                    (0.35, 0.10 * side, 0.07), (0.338, 0.17 * side, 0.07), (0.042, 0.04), _WHITE, detail=True
                ),
                self._capsule(
                    (0.368, 0.135 * side, 0.07), (0.368, 0.136 * side, 0.07), (0.036, 0.036), _IRIS, detail=True
                ),
                self._capsule(
                    (0.36, 0.07 * side, 0.155), (0.335, 0.20 * side, 0.16), (0.022, 0.018), brow, detail=True
                ),
                self._capsule(
                    (-0.02, 0.335 * side, 0.07),
                    (0.0, 0.325 * side, -0.07),
                    (0.062, 0.05),
                    skin,
                    stretch=(1.0, 0.6, 1.0),
                ),
            ]
            if looks.glasses:
                parts.append(
                    self._capsule(
                        (0.40, 0.08 * side, 0.065),
                        (0.39, 0.19 * side, 0.065),
                        (0.07, 0.065),
                        (30, 30, 34),
                        stretch=(0.2, 1.0, 1.0),
                        detail=True,
                    )
                )
        if looks.beard:
            parts.append(
                self._capsule((0.07, 0, -0.20), (0.185, 0, -0.36), (0.285, 0.165), brow, stretch=(1.0, 0.98, 1.0))
            )
        return parts

    def _hair(self) -> list[Part]:
        looks = self._looks
        colour = looks.hair_colour
        if looks.hair == "bald":
            return []
        crown = self._capsule((-0.05, 0, 0.22), (-0.09, 0, 0.02), (0.365, 0.33), colour, stretch=(1.04, 1.0, 1.0))
        fringe = self._capsule((0.02, 0, 0.30), (0.0, 0, 0.28), (0.34, 0.34), colour, stretch=(1.03, 1.0, 0.8))
        if looks.hair == "cap":
            cap = self._capsule((0.01, 0, 0.28), (0.0, 0, 0.26), (0.36, 0.36), looks.cap, stretch=(1.08, 1.02, 0.85))
            peak = self._capsule((0.26, 0, 0.26), (0.50, 0, 0.22), (0.22, 0.18), looks.cap, stretch=(1.0, 1.3, 0.22))
            return [crown, cap, peak]
        parts = [crown, fringe]
        if looks.hair in {"bob", "long"}:
            end = -0.30 if looks.hair == "bob" else -0.85
            parts.append(
                self._capsule((-0.14, 0, 0.05), (-0.22, 0, end), (0.33, 0.24), colour, stretch=(0.8, 1.12, 1.0))
            )
            for side in (1, -1):
                start, tip = (0.0, 0.30 * side, 0.20), (-0.04, 0.30 * side, min(end, -0.3) * 0.8)
                parts += [self._capsule(start, tip, (0.13, 0.10), colour)]
        if looks.hair == "bun":
            parts.append(self._capsule((-0.34, 0, 0.36), (-0.38, 0, 0.34), (0.17, 0.16), colour))
        return parts
