"""Bundles as MediaPipe publishes them, from its single files."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData

_MEMBERS = {"face_detector.tflite": "face_detection_short_range", "face_landmarks_detector.tflite": "face_landmark"}
"""What MediaPipe calls the files in its bundle, and alone; the landmarks in its own bundle are of 478 points."""


def bundle_of(shared: SharedData, path: Path, *, leaving_out: str = "") -> Path:
    """These files, stored, not deflated."""
    with zipfile.ZipFile(path, "w") as archive:
        for member, name in _MEMBERS.items():
            if member != leaving_out:
                archive.write(shared.path(f"models/mediapipe/{name}.tflite"), member)
    return path
