"""BlazePose beside MediaPipe's own package, on the pictures of people in the test data.

    python3.11 -m venv /tmp/mediapipe && /tmp/mediapipe/bin/pip install mediapipe==0.10.21
    python -m bench.mediapipe_pose --python /tmp/mediapipe/bin/python

MediaPipe runs its full model, the one that its package carries; so does Edge, with the same bytes from
``models/mediapipe`` in EDGE_TEST_DATA (default ../shared). One person a picture, the running mode of single pictures.
Printed is how far the 33 landmarks are apart on average, hidden ones included, as a share of the picture's longer side,
where both have found somebody.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.pose.blazepose.model import BlazePose
from edge.tasks.pose.landmarks import Landmarks
from edge.types import Frame

if TYPE_CHECKING:
    from edge.types import FloatArray

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
_THERE = """
import json, sys
import cv2, mediapipe
pose = mediapipe.solutions.pose.Pose(static_image_mode=True, model_complexity=1)
found = {}
for path in sys.argv[1:]:
    image = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
    landmarks = pose.process(image).pose_landmarks
    found[path] = landmarks and [(one.x, one.y) for one in landmarks.landmark]
print(json.dumps(found))
"""


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, help="the interpreter of an environment with mediapipe 0.10.21")
    pictures = [str(path) for path in sorted((DATA / "media/pose_coco").rglob("*.jpg"))]
    command = [parser.parse_args().python, "-c", _THERE, *pictures]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    folder = DATA / "models/mediapipe"
    model = BlazePose(folder / "pose_detection.tflite", folder / "pose_landmark_full.tflite", TfliteModel)
    apart = []
    for path in pictures:
        found = _apart(model, path, theirs[path])
        print(f"{Path(path).name:40} {found if isinstance(found, str) else f'{found:.4f}'}")
        apart += [] if isinstance(found, str) else [found]
    print(f"mean over {len(apart)} of {len(pictures)} pictures: {np.mean(apart):.4f}")


def _apart(model: BlazePose, path: str, theirs: list[tuple[float, float]] | None) -> float | str:
    """The mean distance of landmarks, or who has found nobody."""
    pixels = cv2.imread(path)
    assert pixels is not None, path  # noqa: S101
    image = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)
    model.reset()
    details = model.observe(Frame(0, image, 0, 0), Look()).details
    if not details or theirs is None:
        return "nobody found by " + ("either" if not details and theirs is None else "one of them")
    assert isinstance(details[0], Landmarks)  # noqa: S101
    size: FloatArray = np.array(image.shape[1::-1], np.float32)
    off_px = (details[0].points[:, :2] - np.array(theirs, np.float32)) * size
    return float(np.linalg.norm(off_px, axis=1).mean() / size.max())


if __name__ == "__main__":
    main()
