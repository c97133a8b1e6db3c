"""The tags of people: id and score, over the head that they belong to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.overlay.placing import free_places
from edge.overlay.style import TEXT, Rect, darken, person_color
from edge.overlay.text import draw_text, text_style, text_width_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.overlay.canvas import Canvas
    from edge.overlay.style import Scale
    from edge.types import ImageArray


@dataclass(frozen=True, slots=True)
class Head:
    """Whose head it is, and where on the picture: its column, its highest and its lowest row, in pixels."""

    identity: int
    score: float
    column: int
    top: int
    chin: int

    @property
    def name(self) -> str:
        """How the person is called."""
        return f"#{self.identity}"

    @property
    def percent(self) -> str:
        """How sure it is that there is one."""
        return f"{self.score:.0%}"

    def distance_px(self, rect: Rect) -> float:
        """How far its middle is from that of a rectangle."""
        across = rect.left + rect.width / 2 - self.column
        return math.hypot(across, rect.top + rect.height / 2 - (self.top + self.chin) / 2)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that has found its place."""

    rect: Rect
    head: Head


def draw_tags(picture: Canvas, heads: Sequence[Head]) -> None:
    """Draw the tags that :func:`place_tags` finds a place for, in place."""
    for tag in place_tags(picture, heads):
        _draw(picture.image, tag, picture.scale)


def place_tags(picture: Canvas, heads: Sequence[Head]) -> list[Tag]:
    """Tags within the picture, none over another or where plates are, each nearest to the head it belongs to.

    A tag stands over its head or, where it cannot, close by or on the chest. Where it would seem to be somebody else's,
    there is none.
    """
    tags: list[Tag] = []
    taken = [picture.plates]
    for head in heads:
        rect = _place(picture, head, heads, taken)
        if rect is not None:
            tags.append(Tag(rect, head))
            taken.append(rect.grown(picture.scale.pad_px // 2))
    return tags


def _place(picture: Canvas, head: Head, heads: Sequence[Head], taken: Sequence[Rect]) -> Rect | None:
    width, height = _size(head, picture.scale)
    left, gap_px = head.column - width // 2, 3 * picture.scale.joint_px
    for top in (head.top - height - gap_px, head.chin + gap_px):
        wanted = Rect(left, top, width, height)
        for place in free_places(wanted, taken, picture.picture):
            is_near = abs(place.left - left) + abs(place.top - top) <= width
            if is_near and all(head.distance_px(place) <= other.distance_px(place) for other in heads):
                return place
    return None


def _size(head: Head, scale: Scale) -> tuple[int, int]:
    """Width and height of a tag."""
    style, pad = text_style(scale.small_text_px), scale.pad_px
    width = text_width_px(head.name, style) + text_width_px(head.percent, style) + 3 * pad
    return width, style.capital_px + 2 * pad


def _draw(image: ImageArray, tag: Tag, scale: Scale) -> None:
    style, pad, rect = text_style(scale.small_text_px), scale.pad_px, tag.rect
    darken(image, rect)
    baseline = rect.top + pad + style.capital_px
    draw_text(image, tag.head.name, (rect.left + pad, baseline), style, person_color(tag.head.identity))
    score_left = rect.right - pad - text_width_px(tag.head.percent, style)
    draw_text(image, tag.head.percent, (score_left, baseline), style, TEXT)
