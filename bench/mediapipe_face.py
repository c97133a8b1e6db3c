"""Faces beside MediaPipe's own package, on pictures and films of people in the test data: the same faces, and how far.

    python3.11 -m venv /tmp/mediapipe && /tmp/mediapipe/bin/pip install mediapipe==0.10.21
    python -m bench.mediapipe_face --python /tmp/mediapipe/bin/python

Both run the same bytes, the short range detector and the mesh of 468 points, from ``models/mediapipe`` in
EDGE_TEST_DATA (default ../shared), one face at most, one thread each. Pictures one by one, then films in the mode that
follows. A face is the same where the meshes are less than half a face apart; distances are shares of the distance
between the eyes. Times are of a whole frame, and of the runs of the models alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.face.files import FaceFiles
from edge.tasks.face.mesh import LEFT_EYE, RIGHT_EYE
from edge.tasks.face.model import MediaPipeFace
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.types import FloatArray, ImageArray

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
_MOST, _FPS, _MOST_FRAMES = 1, 25, 300
_STILLS = ("media/pose_coco", "media/hand_face", "media/imagenet_sample")
_FILMS = ("media/video_people", "media/video_pose", "media/video_action")
_THERE = """
import json, sys, time
import cv2, mediapipe
cv2.setNumThreads(1)
def faces(mesh, image):
    began = time.perf_counter()
    found = mesh.process(image).multi_face_landmarks or []
    return time.perf_counter() - began, [[(p.x, p.y) for p in one.landmark] for one in found]
most, frames, *paths = sys.argv[1:]
for path in paths:
    is_still = path.lower().endswith((".jpg", ".jpeg"))
    mesh = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=is_still, max_num_faces=int(most))
    film = cv2.VideoCapture(path)
    for _ in range(int(frames)):
        there, image = (True, cv2.imread(path)) if is_still else film.read()
        if not there:
            break
        print(json.dumps(faces(mesh, cv2.cvtColor(image, cv2.COLOR_BGR2RGB))))
        if is_still:
            break
"""


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, help="the interpreter of an environment with mediapipe 0.10.21")
    python = parser.parse_args().python
    cv2.setNumThreads(1)
    stills = sorted(path for folder in _STILLS for path in (DATA / folder).rglob("*.*") if _is_still(path))
    _report("pictures", _compare(python, *stills))
    for film in sorted(path for folder in _FILMS for path in (DATA / folder).glob("*.m[pk][4v]")):
        _report(film.name, _compare(python, film))


def _is_still(path: Path) -> bool:
    return path.suffix.lower() in {".jpg", ".jpeg"}


def _compare(python: str, *paths: Path) -> list[tuple[int, int, list[float], list[float]]]:
    """A row a frame: faces found here, faces found there, how far those are apart that both have, times in ms."""
    command = [python, "-c", _THERE, str(_MOST), str(_MOST_FRAMES), *map(str, paths)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    folder = DATA / "models/mediapipe"
    files = FaceFiles(folder / "face_landmark.tflite", folder / "face_detection_short_range.tflite", "short")
    model = MediaPipeFace(files, TfliteModel, least_presence=0.5)
    rows = []
    pictures = ((path, number, image) for path in paths for number, image in enumerate(_pictures(path)))
    for (path, number, image), line in zip(pictures, said, strict=True):
        there_s, theirs = json.loads(line)
        if _is_still(path):
            model.reset()
        frame = Frame(number, image, number * NS_PER_S // _FPS, 0)
        began = time.perf_counter()
        seen = model.observe(frame, Look(most=_MOST))
        here_ms = (time.perf_counter() - began) * 1000
        size = np.array((frame.width, frame.height), np.float32)
        ours = [mesh[:, :2] * size for mesh in seen.values.meshes]
        apart = _apart(ours, [np.array(face, np.float32)[:468] * size for face in theirs])
        rows.append((len(ours), len(theirs), apart, [here_ms, seen.inference_ms, there_s * 1000]))
    return rows


def _pictures(path: Path) -> Iterator[ImageArray]:
    is_still = _is_still(path)
    film = cv2.VideoCapture() if is_still else cv2.VideoCapture(str(path))
    for _ in range(1 if is_still else _MOST_FRAMES):
        there, pixels = (True, cv2.imread(str(path))) if is_still else film.read()
        if not there:
            return
        yield np.asarray(cv2.cvtColor(np.asarray(pixels), cv2.COLOR_BGR2RGB), np.uint8)


def _apart(ours: list[FloatArray], theirs: list[FloatArray]) -> list[float]:
    """The mean distance of the points of each face that both have, in distances between the eyes."""
    found = []
    for face in theirs:
        eyes_px = float(np.linalg.norm(face[list(LEFT_EYE)].mean(axis=0) - face[list(RIGHT_EYE)].mean(axis=0)))
        far = [float(np.linalg.norm(one - face, axis=1).mean()) / max(eyes_px, 1.0) for one in ours]
        found += [min(far)] if far and min(far) < 1 else []
    return found


def _report(name: str, rows: list[tuple[int, int, list[float], list[float]]]) -> None:
    here, there, both = (
        sum(row[0] for row in rows),
        sum(row[1] for row in rows),
        [far for row in rows for far in row[2]],
    )
    apart = f"apart {np.mean(both):.4f}, at most {np.max(both):.4f}" if both else "nothing in common"
    ours, raw, theirs = np.median([row[3] for row in rows], axis=0)
    print(f"{name}: {len(rows)} frames, faces here {here}, there {there}, both {len(both)}; {apart}")
    ratios = f"; {ours / raw:.2f} of the models, {ours / theirs:.2f} of there" if raw else ""
    print(f"    ms a frame: here {ours:.2f} (models {raw:.2f}), there {theirs:.2f}{ratios}")


if __name__ == "__main__":
    main()
