"""Finding people to play a part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edge.scene.body import random_body
from edge.scene.looks import random_looks
from edge.scene.motions import random_style
from edge.scene.script import Actor

if TYPE_CHECKING:
    import numpy as np

    from edge.scene.motions import FallWay
    from edge.scene.script import Position, Step

TO_CAMERA_DEG = -90.0


def random_actor(
    rng: np.random.Generator,
    id: int,
    position: Position,
    steps: tuple[Step, ...],
    *,
    face_deg: float = TO_CAMERA_DEG,
    fall: FallWay | None = None,
) -> Actor:
    """Somebody who has not been seen before, for these steps."""
    body, looks, style = random_body(rng), random_looks(rng), random_style(rng)
    return Actor(id, body, looks, style if fall is None else replace(style, fall=fall), position, face_deg, steps)
