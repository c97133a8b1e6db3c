"""The one shape everything alive is made of: a tapered capsule with an oval cross-section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.scene.kinematics import Axes, Vector
    from edge.scene.light import Colour
    from edge.scene.looks import Weave


@dataclass(frozen=True, slots=True)
class Part:
    """A capsule from ``start`` to ``end``, metres in the world.

    It is stretched by three factors forward, to the left and up along ``axes`` (the world's where there are none).
    ``weave`` is a second colour in its cloth. ``moves_with`` names the joint that tells how fast it moves. Parts of
    ``detail`` are too fine to cast a shadow. Those that are ``is_joined`` go on in another part at both ends and are
    not shaded as if they ended there.
    """

    start: Vector
    end: Vector
    start_radius_m: float
    end_radius_m: float
    colour: Colour
    axes: Axes | None = None
    stretch: tuple[float, float, float] = (1.0, 1.0, 1.0)
    weave: Weave | None = None
    detail: bool = False
    is_joined: bool = True
    moves_with: str = "neck"
