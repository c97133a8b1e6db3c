"""A camera source for tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.camera.camera import Camera


@dataclass
class OpenBy:
    """Opens by calling a function."""

    name: str
    live: bool
    open: Callable[[], Camera]
    paced: bool = False
