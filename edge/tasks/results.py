"""What tasks find, by the names that ``edge`` exports.

They are written out, not asked of the registry: a public name is a promise, and type checkers have to see it. A task
needs none to work.
"""

from __future__ import annotations

from edge.tasks.common.category_result import CategoryResult
from edge.tasks.face.result import Face, FaceResult
from edge.tasks.hands.result import Hand, HandsResult
from edge.tasks.pose.result import Keypoint, Pose, PoseResult

__all__ = ["CategoryResult", "Face", "FaceResult", "Hand", "HandsResult", "Keypoint", "Pose", "PoseResult"]
