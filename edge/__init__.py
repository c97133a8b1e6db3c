"""Edge: a vision appliance for the Raspberry Pi and Coral.

For scripts: ``edge.open_task("pose").detect(image)``. What is exported is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.errors import EdgeError
    from edge.library import OpenTask, open_task
    from edge.tasks.results import CategoryResult, Face, FaceResult, Hand, HandsResult, Keypoint, Pose, PoseResult
    from edge.types import Box, Category, Frame, Settled

__version__ = "0.1.0"

__all__ = [
    "Box",
    "Category",
    "CategoryResult",
    "EdgeError",
    "Face",
    "FaceResult",
    "Frame",
    "Hand",
    "HandsResult",
    "Keypoint",
    "OpenTask",
    "Pose",
    "PoseResult",
    "Settled",
    "open_task",
]

_HOMES = {
    "edge.errors": ("EdgeError",),
    "edge.library": ("OpenTask", "open_task"),
    "edge.tasks.results": (
        "CategoryResult",
        "Face",
        "FaceResult",
        "Hand",
        "HandsResult",
        "Keypoint",
        "Pose",
        "PoseResult",
    ),
    "edge.types": ("Box", "Category", "Frame", "Settled"),
}


def __getattr__(name: str) -> object:
    """An exported name, from the module where it lives (PEP 562)."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
