"""Hands: their fingers, each in a colour of its own, and tags."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, cast

import cv2
import numpy as np

from edge.overlay.placing import free_places
from edge.overlay.style import JOINT, MIDDLE, OUTLINE, PEOPLE, TEXT, Color, Rect, darken, person_color
from edge.overlay.text import draw_text, text_style, text_width_px
from edge.tasks.hands.landmarks import INDEX_MCP, MIDDLE_MCP, PINKY_MCP, RING_MCP, WRIST

if TYPE_CHECKING:
    from edge.overlay.canvas import Canvas
    from edge.tasks.hands.result import Hand, HandsResult
    from edge.types import Result

_FAR = 4.0
"""A landmark further out than this many frames is a mistake, and would overflow a pixel coordinate."""
_THUMB_CMC = 1
_PALM = (WRIST, _THUMB_CMC, INDEX_MCP, MIDDLE_MCP, RING_MCP, PINKY_MCP, WRIST)
_FINGERS = tuple(zip((_THUMB_CMC, INDEX_MCP, MIDDLE_MCP, RING_MCP, PINKY_MCP), PEOPLE, strict=False))
"""The first of the four landmarks of each finger, and its colour."""


class Painter:
    """Draws hands in the camera's picture."""

    SHOWS_PEOPLE: ClassVar = True

    def paint(self, canvas: Canvas, result: Result, top_px: int) -> int:
        """Draw the hands of a result in place."""
        picture, taken = canvas.inside(), [canvas.inside().plates]
        hands = [hand for hand in cast("HandsResult", result).hands if _is_drawable(hand)]
        for hand in hands:
            _draw_hand(picture, hand)
        for hand in hands:
            _draw_tag(picture, hand, taken)
        return top_px


def _is_drawable(hand: Hand) -> bool:
    points = hand.keypoints
    return bool(np.isfinite(points).all() and (np.abs(points[:, :2]) < _FAR).all())


def _draw_hand(picture: Canvas, hand: Hand) -> None:
    places = [picture.to_px(x, y) for x, y in hand.keypoints[:, :2].tolist()]
    scale = picture.scale
    lines: list[tuple[int, int, Color]] = [(a, b, MIDDLE) for a, b in pairwise(_PALM)]
    lines += [(first + step, first + step + 1, color) for first, color in _FINGERS for step in range(3)]
    for start, end, _ in lines:
        width_px = scale.line_px + 2 * scale.outline_px
        cv2.line(picture.image, places[start], places[end], OUTLINE, width_px, cv2.LINE_8)
    for start, end, color in lines:
        cv2.line(picture.image, places[start], places[end], color, scale.line_px, cv2.LINE_AA)
    colors = {WRIST: MIDDLE} | {first + step: color for first, color in _FINGERS for step in range(4)}
    radius_px = max(2, round(0.8 * scale.joint_px))
    for row, color in colors.items():
        cv2.circle(picture.image, places[row], radius_px + scale.outline_px, OUTLINE, cv2.FILLED)
        cv2.circle(picture.image, places[row], radius_px, color, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(picture.image, places[row], max(1, radius_px // 2), JOINT, cv2.FILLED, cv2.LINE_AA)


def _draw_tag(picture: Canvas, hand: Hand, taken: list[Rect]) -> None:
    """Id, side and gesture above the hand or, where that is taken, close by."""
    style, pad = text_style(picture.scale.small_text_px), picture.scale.pad_px
    name, side = f"#{hand.id}", hand.handedness.category_name.lower()
    said = side if hand.gesture is None else f"{side}, {hand.gesture.category_name.replace('_', ' ')}"
    name_px = text_width_px(name, style)
    width, height = name_px + text_width_px(said, style) + 3 * pad, style.capital_px + 2 * pad
    column, row = picture.to_px(hand.box.x + hand.box.width / 2, hand.box.y)
    wanted = Rect(column - width // 2, row - height - 3 * picture.scale.joint_px, width, height)
    for place in free_places(wanted, taken, picture.picture)[:1]:
        taken.append(place)
        darken(picture.image, place)
        baseline = place.top + pad + style.capital_px
        draw_text(picture.image, name, (place.left + pad, baseline), style, person_color(hand.id))
        draw_text(picture.image, said, (place.left + 2 * pad + name_px, baseline), style, TEXT)
