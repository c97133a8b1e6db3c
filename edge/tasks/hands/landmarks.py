"""The 21 landmarks of a hand, and what a model says of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.types import FloatArray

NAMES = (
    "wrist",
    "thumb_cmc",
    "thumb_mcp",
    "thumb_ip",
    "thumb_tip",
    "index_finger_mcp",
    "index_finger_pip",
    "index_finger_dip",
    "index_finger_tip",
    "middle_finger_mcp",
    "middle_finger_pip",
    "middle_finger_dip",
    "middle_finger_tip",
    "ring_finger_mcp",
    "ring_finger_pip",
    "ring_finger_dip",
    "ring_finger_tip",
    "pinky_mcp",
    "pinky_pip",
    "pinky_dip",
    "pinky_tip",
)
"""As MediaPipe calls them, in snake case, in the order of their rows."""
WRIST, INDEX_MCP, MIDDLE_MCP, RING_MCP, PINKY_MCP = 0, 5, 9, 13, 17


@dataclass(frozen=True, slots=True, eq=False)
class SeenHand:
    """One hand as the models see it, rows in the order of ``NAMES``.

    ``points`` are ``(21, 3) float32`` x, y and z normalised to the frame, z from the wrist in the scale of x, smaller
    towards the camera. ``world`` are ``(21, 3) float32`` x, y, z in metres from the middle of the hand. ``presence`` is
    how sure it is that there is one, ``right`` that it is somebody's right one in a picture that is not mirrored.
    ``gestures`` are the probabilities of :data:`edge.tasks.hands.gestures.GESTURES`, of length 0 where none are asked.
    """

    points: FloatArray
    world: FloatArray
    presence: float
    right: float
    gestures: FloatArray
