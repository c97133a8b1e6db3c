"""The colours of the overlay, RGB, in one place."""

from __future__ import annotations

from typing import TypeAlias

Color: TypeAlias = tuple[int, int, int]

# Orange and blue stay apart for people who cannot tell red from green.
LEFT: Color = (255, 164, 28)
RIGHT: Color = (52, 190, 255)
MIDDLE: Color = (236, 240, 245)
OUTLINE: Color = (16, 18, 24)
JOINT: Color = (255, 255, 255)

TEXT: Color = (250, 251, 252)
TEXT_MUTED: Color = (190, 196, 206)
BAR: Color = (132, 144, 162)
BAR_TRACK: Color = (66, 72, 84)
SETTLED: Color = (72, 222, 150)

PANEL_GREY = 18
PANEL_OPACITY = 0.72

PEOPLE: tuple[Color, ...] = (
    (255, 209, 92),
    (126, 224, 255),
    (255, 138, 158),
    (146, 232, 136),
    (204, 168, 255),
    (255, 178, 102),
)


def person_color(identity: int) -> Color:
    """The colour a person keeps for as long as they keep their id."""
    return PEOPLE[identity % len(PEOPLE)]
