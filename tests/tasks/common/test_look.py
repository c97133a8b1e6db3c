"""Where a model is to look."""

from __future__ import annotations

import pytest

from edge.tasks.common.look import STRETCHED, Look
from edge.tasks.common.placement import Placement, Span
from edge.types import Box

PICTURE, SQUARE = (100, 200), (50, 50)
"""Height and width in pixels."""
RIGHT_HALF = Box(0.5, 0.0, 0.5, 1.0)


@pytest.mark.parametrize(
    ("look", "placement"),
    [
        (Look(), Placement(y=Span(0, 100, 12, 38), x=Span(0, 200, 0, 50))),
        (STRETCHED, Placement(y=Span(0, 100, 0, 50), x=Span(0, 200, 0, 50))),
        (Look(fit="center_crop"), Placement(y=Span(0, 100, 0, 50), x=Span(50, 150, 0, 50))),
        (Look(region=RIGHT_HALF), Placement(y=Span(0, 100, 0, 50), x=Span(100, 200, 0, 50))),
        (Look(Box(0.25, 0.0, 0.5, 1.0)), Placement(y=Span(0, 100, 0, 50), x=Span(50, 150, 0, 50))),
    ],
)
def test_a_look_is_where_pixels_come(look: Look, placement: Placement) -> None:
    assert look.place(PICTURE, SQUARE) == placement


def test_of_a_crop_only_what_lies_in_the_region_is_seen() -> None:
    crop = Box(0.25, 0.0, 0.5, 1.0)

    assert Look(crop, region=RIGHT_HALF).place(PICTURE, SQUARE).x == Span(100, 150, 25, 50)


def test_a_crop_is_not_fitted() -> None:
    crop = Box(0.0, 0.0, 1.0, 0.5)

    assert Look(crop, "letterbox").place(PICTURE, SQUARE) == Look(crop, "stretch").place(PICTURE, SQUARE)


def test_a_look_is_not_changed_but_made_anew() -> None:
    look = Look(fit="stretch", rotation=90)

    assert look._replace(crop=RIGHT_HALF) == Look(RIGHT_HALF, "stretch", rotation=90)
    assert look == Look(fit="stretch", rotation=90)
    with pytest.raises(AttributeError):
        look.rotation = 180  # type: ignore[misc]
