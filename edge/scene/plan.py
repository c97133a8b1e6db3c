"""Everything that makes up a scene, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge.scene.light import Light
from edge.scene.posture import smooth
from edge.scene.view import View

if TYPE_CHECKING:
    from edge.scene.room import Room
    from edge.scene.script import Actor

FADE_S = 0.3
Span = tuple[float, float]
"""From and until, in seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One scene: the camera, the room, who is in it and what happens; it starts anew every ``period_s``.

    ``dark`` and ``covered`` say when the lights are off and when something lies over the lens. ``captions`` tell what
    is going on from a time on. ``noise`` is that of the sensor, in steps of 0..255, ``exposure_s`` how long it gathers
    light, which blurs what moves.
    """

    room: Room
    actors: tuple[Actor, ...] = ()
    view: View = field(default_factory=lambda: View((0.0, 0.0, 1.5), pitch_deg=9.0, fov_deg=62.0))
    light: Light = field(default_factory=Light)
    period_s: float = 20.0
    dark: tuple[Span, ...] = ()
    covered: tuple[Span, ...] = ()
    captions: tuple[tuple[float, str], ...] = ((0.0, ""),)
    noise: float = 2.0
    exposure_s: float = 1 / 60
    seed: int = 0


def share_within(spans: tuple[Span, ...], time_s: float) -> float:
    """1 within one of the spans, fading in and out around its ends, else 0."""
    return max((_fade(span, time_s) for span in spans), default=0.0)


def _fade(span: Span, time_s: float) -> float:
    start, end = span
    return min(smooth((time_s - start) / FADE_S + 0.5), smooth((end - time_s) / FADE_S + 0.5))
