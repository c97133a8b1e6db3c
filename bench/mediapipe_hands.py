"""Hands beside MediaPipe's own package, in the mode for videos, on pictures that nothing was tuned on.

    python3.11 -m venv /tmp/mediapipe && /tmp/mediapipe/bin/pip install mediapipe==0.10.21
    python -m bench.mediapipe_hands --python /tmp/mediapipe/bin/python

Both run the bytes that the package carries, full or lite, with at most two hands, and see each frame of the videos in
``media/video_people`` and ``media/video_hand`` of EDGE_TEST_DATA (default ../shared), and each photo of ``pose_coco``
ten times in a row. Printed is how many hands both have found, of all that either has, how far their landmarks are
apart on average, as a share of the palm (the longest side between wrist and the outer knuckles), how often both say the
same side, and how long a frame takes, with one thread each and as the package is (it takes the threads it wants).
"""

from __future__ import annotations

import argparse
import os
import pickle
import subprocess
import time
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.hands.duplicates import palm_px
from edge.tasks.hands.model import Hands, HandThresholds
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edge.types import FloatArray, ImageArray

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
_PHOTO_FRAMES = 10
_SAME = 0.5
"""Hands nearer than so many palms are the same."""
_THERE = """
import pickle, sys, time
import cv2, mediapipe
size, frames, paths = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
def images(path):
    if path.endswith(".jpg"):
        yield from [cv2.imread(path)] * frames
        return
    video = cv2.VideoCapture(path)
    while (read := video.read())[0]:
        yield read[1]
found = {}
for path in paths:
    hands = mediapipe.solutions.hands.Hands(max_num_hands=2, model_complexity=size)
    found[path] = []
    for image in images(path):
        image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        began = time.perf_counter()
        result = hands.process(image)
        took = time.perf_counter() - began
        sides = [one.classification[0].label for one in result.multi_handedness or ()]
        places = [[(p.x, p.y) for p in one.landmark] for one in result.multi_hand_landmarks or ()]
        found[path].append((places, sides, took))
pickle.dump(found, sys.stdout.buffer)
"""


_Theirs: TypeAlias = "tuple[list[list[tuple[float, float]]], list[str], float]"
"""Of a frame the landmarks and the side of each hand, and how long it took, in seconds."""


@dataclass
class _Tally:
    both: int = 0
    only_ours: int = 0
    only_theirs: int = 0
    same_side: int = 0
    apart: list[float] = field(default_factory=list)
    ours_ms: list[float] = field(default_factory=list)
    invoke_ms: list[float] = field(default_factory=list)
    theirs_ms: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        found = self.both + self.only_ours + self.only_theirs
        share = f"{self.both / found:.1%}" if found else "-"
        apart = f"{np.mean(self.apart):.4f}" if self.apart else "-"
        times = f"{np.mean(self.ours_ms):.1f} ms, {np.mean(self.ours_ms) / np.mean(self.invoke_ms):.3f} of its invokes"
        return (
            f"both {self.both} ({share}), only Edge {self.only_ours}, only MediaPipe {self.only_theirs}; "
            f"apart {apart} palms; same side {self.same_side}; {times}, MediaPipe {np.mean(self.theirs_ms):.1f} ms"
        )


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True, help="the interpreter of an environment with mediapipe 0.10.21")
    parser.add_argument("--size", choices=("lite", "full"), default="full")
    arguments = parser.parse_args()
    photos = sorted((DATA / "media/pose_coco").rglob("*.jpg"))
    videos = sorted([*(DATA / "media/video_people").glob("*.m*"), *(DATA / "media/video_hand").glob("*.mp4")])
    paths = [*photos, *videos]
    size = ("lite", "full").index(arguments.size)
    command = [arguments.python, "-c", _THERE, str(size), str(_PHOTO_FRAMES), *map(str, paths)]
    theirs = pickle.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S301
    (modules,) = Path(arguments.python).parent.parent.glob("lib/python*/site-packages/mediapipe/modules")
    parts = {
        "detector": modules / f"palm_detection/palm_detection_{arguments.size}.tflite",
        "landmarks": modules / f"hand_landmark/hand_landmark_{arguments.size}.tflite",
    }
    total, photo_total = _Tally(), _Tally()
    for path in paths:
        own = photo_total if path in photos else _Tally()
        _compare(path, parts, theirs[str(path)], (total, own))
        if path in videos:
            print(f"{path.name:40} {own}")
    print(f"{'photos of pose_coco':40} {photo_total}\n{'all':40} {total}")


def _compare(path: Path, parts: Mapping[str, Path], theirs: Sequence[_Theirs], tallies: Sequence[_Tally]) -> None:
    model = Hands(parts, partial(TfliteModel, threads=1), HandThresholds())
    for number, (image, (places, sides, took_s)) in enumerate(zip(_images(path), theirs, strict=True)):
        began_s = time.perf_counter()
        seen = model.observe(Frame(number, image, number * NS_PER_S // 25, 0), Look(most=2))
        ours_ms = (time.perf_counter() - began_s) * 1000
        left = [np.array(one, np.float32) for one in places]
        left_sides = list(sides)
        for tally in tallies:
            tally.ours_ms.append(ours_ms)
            tally.invoke_ms.append(seen.inference_ms)
            tally.theirs_ms.append(took_s * 1000)
        for hand in seen.values:
            apart = [_apart(hand.points, one, image.shape[:2]) for one in left]
            nearest = int(np.argmin(apart)) if apart else -1
            is_same = nearest >= 0 and apart[nearest] < _SAME
            for tally in tallies:
                tally.both += is_same
                tally.only_ours += not is_same
                if is_same:
                    tally.apart.append(apart[nearest])
                    # The package's older graph takes each picture for a mirrored one.
                    tally.same_side += (left_sides[nearest] == "Left") == (hand.right > 0.5)
            if is_same:
                del left[nearest], left_sides[nearest]
        for tally in tallies:
            tally.only_theirs += len(left)


def _images(path: Path) -> Iterator[ImageArray]:
    if path.suffix == ".jpg":
        yield from repeat(_rgb(cv2.imread(str(path))), _PHOTO_FRAMES)
        return
    video = cv2.VideoCapture(str(path))
    while (read := video.read())[0]:
        yield _rgb(read[1])


def _rgb(image: cv2.typing.MatLike | None) -> ImageArray:
    assert image is not None  # noqa: S101
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def _apart(ours: FloatArray, theirs: FloatArray, picture: tuple[int, int]) -> float:
    off_px = (ours[:, :2] - theirs) * np.array(picture[::-1])
    return float(np.linalg.norm(off_px, axis=1).mean() / max(palm_px(ours, picture), 1e-6))


if __name__ == "__main__":
    main()
