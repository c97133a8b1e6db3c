"""What floors, walls and the things on them look like, close up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge.scene.room import Hanging, Room
    from edge.types import FloatArray

_GRAIN_PX = 256
_SKIRTING_M = 0.09


def floor_colours(room: Room, x: FloatArray, y: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Colours ``(n, 3) float32`` of points on the floor, x and y in metres."""
    base = np.array(room.floor_colour, np.float32)
    grain = _grain(rng)
    if room.floor == "planks":
        board = np.floor(x / 0.16)
        shift = _hashed(board, rng)
        piece = np.floor(y / 1.3 + shift * 3)
        tint = 0.86 + 0.22 * _hashed(board * 7 + piece * 3, rng)
        gap = np.minimum(_near_line(x / 0.16, 0.03), _near_line(y / 1.3 + shift * 3, 0.004))
        streak = _sample(grain, x * 6, y * 0.5)
        return np.asarray(base * (tint * (0.94 + 0.12 * streak) * (0.72 + 0.28 * gap))[:, None], np.float32)
    if room.floor == "tiles":
        even = (np.floor(x / 0.45) + np.floor(y / 0.45)) % 2
        gap = np.minimum(_near_line(x / 0.45, 0.015), _near_line(y / 0.45, 0.015))
        tone = (0.84 + 0.2 * even) * (0.8 + 0.2 * gap) * (0.96 + 0.08 * _sample(grain, x, y))
        return np.asarray(base * tone[:, None], np.float32)
    rough = (0.16, 6.0) if room.floor == "carpet" else (0.10, 0.7)
    tone = 1 - rough[0] / 2 + rough[0] * _sample(grain, x * rough[1], y * rough[1])
    return np.asarray(base * tone[:, None], np.float32)


def wall_colours(room: Room, u: FloatArray, v: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Colours ``(n, 3) float32`` of points on a wall, ``u`` metres along it and ``v`` metres up."""
    tone = 0.97 + 0.06 * _sample(_grain(rng), u * 0.4, v * 0.4)
    if room.wall == "stripes":
        tone *= 1 - 0.12 * (np.floor(u / 0.22) % 2)
    elif room.wall == "bricks":
        course = np.floor(v / 0.09)
        along = u / 0.26 + 0.5 * (course % 2)
        joint = np.minimum(_near_line(along, 0.03), _near_line(v / 0.09, 0.08))
        tone *= (0.78 + 0.22 * _hashed(course * 13 + np.floor(along) * 5, rng)) * (0.85 + 0.15 * joint)
    elif room.wall == "panels":
        tone *= np.where(v < 1.0, 0.74 * (0.88 + 0.12 * _near_line(u / 0.35, 0.03)), 1.0)
    tone = np.where(v < _SKIRTING_M, 1.12 - 0.3 * (v > _SKIRTING_M - 0.012), tone)
    return np.asarray(np.array(room.wall_colour, np.float32) * tone[:, None], np.float32)


def hanging_colours(hanging: Hanging, across: FloatArray, up: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Colours ``(n, 3) float32`` of points of a window, poster or door, 0..1 across and up."""
    edge = np.minimum(np.minimum(across, 1 - across) * hanging.size_m[0], np.minimum(up, 1 - up) * hanging.size_m[1])
    colour = np.array(hanging.colour, np.float32)
    if hanging.kind == "window":
        land = up + 0.08 * _sample(_grain(rng), across * 3, across * 0) < 0.36
        sky = np.array((196, 220, 244), np.float32) + (1 - up)[:, None] * np.array((50, 30, 8), np.float32)
        view = np.where(land[:, None], np.array((150, 170, 132), np.float32), sky)
        bar = (edge < 0.05) | (np.abs(across - 0.5) * hanging.size_m[0] < 0.02)
        return np.asarray(np.where(bar[:, None], 225.0, np.minimum(view, 252)), np.float32)
    if hanging.kind == "door":
        field = (np.abs(up - 0.28) < 0.17) | (np.abs(up - 0.72) < 0.19)
        sunk = field & (np.abs(across - 0.5) < 0.33)
        return np.asarray(colour * np.where(edge < 0.05, 1.15, np.where(sunk, 0.85, 0.95))[:, None], np.float32)
    art = _shapes(colour, rng)
    rows = np.minimum((1 - up) * len(art), len(art) - 1).astype(int)
    columns = np.minimum(across * len(art), len(art) - 1).astype(int)
    return np.asarray(np.where((edge < 0.03)[:, None], 240.0, art[rows, columns]), np.float32)


def _shapes(colour: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Some abstract art."""
    art = np.empty((64, 64, 3), np.float32)
    art[:] = colour
    for _ in range(int(rng.integers(2, 7))):
        paint = [float(part) for part in rng.uniform(30, 240, 3)]
        centre = (int(rng.integers(64)), int(rng.integers(64)))
        if rng.random() < 0.5:
            cv2.circle(art, centre, int(rng.integers(4, 24)), paint, -1, cv2.LINE_AA)
        else:
            corner = (centre[0] + int(rng.integers(4, 30)), centre[1] + int(rng.integers(4, 30)))
            cv2.rectangle(art, centre, corner, paint, -1)
    return art


def _grain(rng: np.random.Generator) -> FloatArray:
    """Smooth noise 0..1 that can be laid side by side, three octaves: ``(256, 256) float32``."""
    grain = np.zeros((_GRAIN_PX, _GRAIN_PX), np.float32)
    for cells, weight in ((16, 0.5), (64, 0.3), (256, 0.2)):
        noise = np.pad(rng.random((cells, cells), np.float32), 1, mode="wrap")
        scale = _GRAIN_PX // cells
        wide = cv2.resize(noise, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
        grain += weight * wide[scale : scale + _GRAIN_PX, scale : scale + _GRAIN_PX]
    return grain


def _sample(grain: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """The grain at points given in tiles of it."""
    columns = (x * _GRAIN_PX).astype(np.int32) & (_GRAIN_PX - 1)  # the remainder, as it is a power of two
    rows = (y * _GRAIN_PX).astype(np.int32) & (_GRAIN_PX - 1)
    return np.asarray(grain.ravel().take(rows * _GRAIN_PX + columns))


def _hashed(cells: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A random number 0..1 for each cell number."""
    return np.asarray(rng.random(251, np.float32).take(cells.astype(np.int32) % 251))


def _near_line(turns: FloatArray, half_width: float) -> FloatArray:
    """0 on the lines at whole numbers, 1 away from them."""
    away = np.abs(turns - np.round(turns))
    return np.asarray(np.minimum(away / half_width, 1), np.float32)
