"""Bundles as MediaPipe publishes them, from its single files."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData

_MEMBERS = {"pose_detector.tflite": "pose_detection", "pose_landmarks_detector.tflite": "pose_landmark_lite"}
"""What MediaPipe calls the files in its bundle, and alone."""


def bundle_of(shared: SharedData, path: Path) -> Path:
    """BlazePose lite."""
    return bundled(path, *(shared.path(f"models/mediapipe/{name}.tflite") for name in _MEMBERS.values()))


def bundled(path: Path, detector: Path, landmarks: Path) -> Path:
    """These files, stored, not deflated."""
    with zipfile.ZipFile(path, "w") as archive:
        for member, file in zip(_MEMBERS, (detector, landmarks), strict=True):
            archive.write(file, member)
    return path
