"""The empty room as the camera sees it: drawn once for each scene, by following the ray of every pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.scene.surface import floor_colours, hanging_colours, wall_colours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge.scene.light import Light
    from edge.scene.room import Block, Hanging, Room
    from edge.scene.view import View
    from edge.types import FloatArray

_FARTHEST_M = 60.0
_OVERSAMPLED_BELOW_PX = 1000
_CEILING = (238, 236, 232)
_NORMALS = {"floor": (0, 0, 1), "ceiling": (0, 0, -1), "back": (0, -1, 0), "left": (1, 0, 0), "right": (-1, 0, 0)}


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A drawn room.

    ``image`` is ``(height, width, 3) float32`` RGB 0..255, ``depth`` ``(height, width) float32`` metres along the
    camera's axis, ``floor`` ``(height, width) float32``: 1 where the floor is seen, which takes shadows.
    """

    image: FloatArray
    depth: FloatArray
    floor: FloatArray


def draw_backdrop(room: Room, view: View, light: Light, size: tuple[int, int]) -> Backdrop:
    """Draw a room; smaller pictures are drawn at twice their size and shrunk, so that edges are smooth."""
    scale = 2 if max(size) < _OVERSAMPLED_BELOW_PX else 1
    large = size[0] * scale, size[1] * scale
    tracer = _Tracer(room, view, light, large)
    image, depth, floor = tracer.draw()
    if scale > 1:
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
        floor = np.asarray(cv2.resize(floor, size, interpolation=cv2.INTER_AREA), np.float32)
        depth = np.ascontiguousarray(depth[::scale, ::scale])
    else:
        image = np.asarray(cv2.GaussianBlur(image, (3, 3), 0.7), np.float32)
    return Backdrop(image, depth, floor)


class _Tracer:
    def __init__(self, room: Room, view: View, light: Light, size: tuple[int, int]) -> None:
        self.room, self.view, self.size = room, view, size
        self.eye = np.array(view.position, np.float32)
        self.axes = view.axes()
        self.towards = np.array(light.towards)
        self.ambient, self.lamp = np.array(light.ambient, np.float32), np.array(light.colour, np.float32)
        self.rng = np.random.default_rng(room.seed)
        focal = view.focal_px(size)
        columns = (np.arange(size[0], dtype=np.float32) + np.float32(0.5 - size[0] / 2)) / np.float32(focal)
        rows = (np.arange(size[1], dtype=np.float32) + np.float32(0.5 - size[1] / 2)) / np.float32(focal)
        right, down, forward = self.axes.astype(np.float32)
        # A step of 1 along a ray is a metre of depth.
        self.rays = (forward + columns[:, None] * right) + (rows[:, None] * down)[:, None]
        self.rays[np.abs(self.rays) < 1e-6] = 1e-6

    def draw(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        image, depth, floor = self._shell()
        for block in self.room.blocks:
            self._add_block(block, image, depth, floor)
        return image, depth, floor

    def _shell(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The empty room: what is nearest of floor or ceiling, a side wall and the back wall, along each ray."""
        room = self.room
        x, y, z = (np.ascontiguousarray(self.rays[..., axis]).ravel() for axis in range(3))
        to_level = np.where(z < 0, -self.eye[2], np.float32(room.height_m) - self.eye[2]) / z
        to_side = (np.copysign(np.float32(room.half_width_m), x) - self.eye[0]) / x
        to_back = np.where(y > 0, np.float32(room.depth_m) - self.eye[1], np.float32(_FARTHEST_M)) / np.abs(y)
        depth = np.minimum(np.minimum(to_level, to_side), to_back)
        level, side = to_level <= depth, to_side <= depth
        floor = level & (z < 0)
        surfaces = {"floor": floor, "ceiling": level & ~floor, "back": ~level & ~side}
        surfaces |= {"left": side & ~level & (x < 0), "right": side & ~level & (x > 0)}
        image = np.empty((len(depth), 3), np.float32)
        for name, mask in surfaces.items():
            where = np.flatnonzero(mask)
            ahead = depth[where]
            across, away, up = (self.eye[axis] + part[where] * ahead for axis, part in enumerate((x, y, z)))
            image[where] = self._surface(name, across, away, up)
        shape = self.size[1], self.size[0]
        return image.reshape(*shape, 3), depth.reshape(shape), floor.astype(np.float32).reshape(shape)

    def _surface(self, name: str, x: FloatArray, y: FloatArray, z: FloatArray) -> FloatArray:
        """Colours ``(n, 3) float32`` of points on one side of the room."""
        light = self._shade(_NORMALS[name])
        if name == "floor":
            return floor_colours(self.room, x, y, self.rng) * self._floor_shade(x, y)[:, None] * light
        if name == "ceiling":
            return np.asarray((1 - 0.02 * y)[:, None] * (np.array(_CEILING, np.float32) * light))
        u = x if name == "back" else y
        colours = wall_colours(self.room, u, z, self.rng)
        colours *= self._corner_shade(u, z, 0 if name == "back" else 1)[:, None] * light
        for hanging in self.room.hangings:
            if hanging.wall == name:
                self._hang(hanging, u, z, colours, light)
        return colours

    def _hang(self, hanging: Hanging, u: FloatArray, v: FloatArray, colours: FloatArray, light: FloatArray) -> None:
        across = (u - hanging.along_m) / hanging.size_m[0] + 0.5
        up = (v - hanging.above_m) / hanging.size_m[1] + 0.5
        inside = np.flatnonzero((across > 0) & (across < 1) & (up > 0) & (up < 1))
        if len(inside):
            own = hanging_colours(hanging, across[inside], up[inside], self.rng)
            colours[inside] = own if hanging.kind == "window" else own * light

    def _shade(self, normal: tuple[float, float, float]) -> FloatArray:
        lit = max(0.0, float((np.array(normal) * self.towards).sum()))
        return np.asarray(self.ambient * 1.15 + self.lamp * (0.25 + 0.65 * lit), np.float32)

    def _corner_shade(self, u: FloatArray, v: FloatArray, along: int) -> FloatArray:
        """Light gets lost in corners."""
        ends = (-self.room.half_width_m, self.room.half_width_m) if along == 0 else (-9.0, self.room.depth_m)
        gap = np.minimum(np.minimum(u - ends[0], ends[1] - u), np.minimum(v, self.room.height_m - v))
        return np.asarray(1 - 0.22 / (1 + np.maximum(gap, 0) * 5), np.float32)

    def _floor_shade(self, across: FloatArray, away: FloatArray) -> FloatArray:
        """Darker under and beside furniture and along the walls."""
        shade = np.ones(len(across), np.float32)
        for block in self.room.blocks:
            if block.base_m > 0.3:
                continue
            cosine, sine = math.cos(math.radians(block.yaw_deg)), math.sin(math.radians(block.yaw_deg))
            x, y = across - np.float32(block.position[0]), away - np.float32(block.position[1])
            out_x = np.maximum(np.abs(x * cosine + y * sine) - block.size_m[0] / 2, 0)
            out_y = np.maximum(np.abs(y * cosine - x * sine) - block.size_m[1] / 2, 0)
            reach = 0.08 + 0.25 * min(1.0, block.size_m[0])
            shade *= 1 - 0.42 / (1 + (out_x * out_x + out_y * out_y) * (1 / (reach * reach)))
        gap = np.minimum(self.room.half_width_m - np.abs(across), self.room.depth_m - away)
        return np.asarray(shade * (1 - 0.25 / (1 + np.maximum(gap, 0) * 5)), np.float32)

    def _add_block(self, block: Block, image: FloatArray, depth: FloatArray, floor: FloatArray) -> None:
        area = self._area(block)
        if area is None:
            return
        cosine, sine = math.cos(math.radians(block.yaw_deg)), math.sin(math.radians(block.yaw_deg))
        turn = np.array(((cosine, sine, 0), (-sine, cosine, 0), (0, 0, 1)), np.float32)
        centre = np.array((*block.position, block.base_m + block.size_m[2] / 2), np.float32)
        half = np.array(block.size_m, np.float32) / 2
        eye = turn @ (self.eye - centre)
        rays = self.rays[area] @ turn.T
        rays[np.abs(rays) < 1e-6] = 1e-6
        first, last = (-half - eye) / rays, (half - eye) / rays
        enter, leave = np.minimum(first, last), np.maximum(first, last)
        # One axis after the other: NumPy is slow to find the largest of three.
        near = np.maximum(np.maximum(enter[..., 0], enter[..., 1]), enter[..., 2])
        far = np.minimum(np.minimum(leave[..., 0], leave[..., 1]), leave[..., 2])
        hit = (near < far) & (near > 0.05) & (near < depth[area])
        face = enter[hit].argmax(axis=-1)
        points = eye + rays[hit] * near[hit][:, None]
        image[area][hit] = self._block_colours(block, points / half, face, rays[hit], turn)
        depth[area][hit] = near[hit]
        floor[area][hit] = 0

    def _block_colours(
        self, block: Block, inside: FloatArray, face: NDArray[np.intp], rays: FloatArray, turn: FloatArray
    ) -> FloatArray:
        index = np.arange(len(face))
        normals = np.zeros((len(face), 3), np.float32)
        normals[index, face] = -np.sign(rays[index, face])
        lit = np.maximum((normals * (turn @ self.towards.astype(np.float32))).sum(axis=1), 0)
        colours = self.ambient * 1.1 + self.lamp * (0.15 + 0.8 * lit)[:, None]
        shade = 1 - 0.10 * (1 - inside[:, 2]) * 0.5
        if block.fronts:
            lane = (inside[:, 1] + 1) * 0.5 * block.fronts
            gap = np.minimum(lane - np.floor(lane), np.ceil(lane) - lane) * (block.size_m[1] / block.fronts)
            shade = np.where((face == 0) & (gap < 0.012), shade * 0.6, shade)
        return np.asarray(colours * (shade[:, None] * np.array(block.colour, np.float32)), np.float32)

    def _area(self, block: Block) -> tuple[slice, slice] | None:
        """Rows and columns that hold all of a block; None where it is out of sight."""
        width, deep, height = block.size_m
        reach = math.hypot(width, deep) / 2
        x, y = block.position
        corners = np.array(
            [
                (x + dx, y + dy, z)
                for dx in (-reach, reach)
                for dy in (-reach, reach)
                for z in (block.base_m, block.base_m + height)
            ]
        )
        seen = self.view.to_camera(corners)
        if seen[:, 2].max() < 0.1:
            return None
        if seen[:, 2].min() < 0.1:
            return slice(0, self.size[1]), slice(0, self.size[0])
        pixels = self.view.project(seen, self.size)
        left, top = np.maximum(pixels.min(axis=0), 0).astype(int).tolist()
        right, bottom = (np.minimum(pixels.max(axis=0), self.size) + 1).astype(int).tolist()
        return None if left >= right or top >= bottom else (slice(top, bottom), slice(left, right))
