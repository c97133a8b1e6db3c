"""How much time hands and face take over their landmark model alone, with one hand or face in sight.

    python -m bench.landmark_overhead

The models are those of ``models/mediapipe`` in EDGE_TEST_DATA (default ../shared), the frames those of
``media/video_hand/asl_hand.25fps.mp4`` and ``media/video_people/asl_walk.mkv`` in it, forth and back. In one process,
on the same loaded model, with one thread and in turns: a frame, from the picture to the steadied result, then one
``invoke()`` alone. Only frames count in which what is seen was followed, so that no detector runs. Printed are medians.
"""

from __future__ import annotations

import argparse
import os
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from edge.base.threads import tune_process
from edge.config.sections import Settings
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.side_inputs import LiveSideInputs
from edge.tasks.face.settings import FaceSettings
from edge.tasks.hands.settings import HandsSettings
from edge.tasks.registry import tasks
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.types import ImageArray

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
_FPS, _MOST_PICTURES = 25, 200
_FACE, _HAND = Settings(FaceSettings(max_faces=1)), Settings(HandsSettings(max_hands=1, gestures=False))


class Subject(NamedTuple):
    """What is measured, on which film, with which files by role; the landmarks come first."""

    task: str
    settings: Settings
    film: str
    parts: dict[str, str]


def _hands(size: str) -> Subject:
    parts = {"landmarks": f"hand_landmark_{size}", "detector": "palm_detection_lite"}
    return Subject("hands", _HAND, "video_hand/asl_hand.25fps.mp4", parts)


_FACE_PARTS = {"landmarks": "face_landmark", "short": "face_detection_short_range"}
SUBJECTS = (Subject("face", _FACE, "video_people/asl_walk.mkv", _FACE_PARTS), _hands("lite"), _hands("full"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=2000, help="how many of each (default: %(default)s)")
    frames = parser.parse_args().frames
    tune_process()
    for subject in SUBJECTS:
        whole_ms, raw_ms = np.median(times_ms(subject, frames), axis=0)
        name = subject.parts["landmarks"]
        print(f"{name}: {whole_ms:.3f} ms, invoke() alone {raw_ms:.3f} ms, {whole_ms / raw_ms:.2f} times as long")


def times_ms(subject: Subject, frames: int) -> list[tuple[float, float]]:
    """Of each frame, and of the run of the model after it."""
    parts = {role: DATA / "models/mediapipe" / f"{name}.tflite" for role, name in subject.parts.items()}
    models: dict[Path, TfliteModel] = {}

    def open_model(path: Path, **_: object) -> TfliteModel:
        return models.setdefault(path, TfliteModel(path))

    chosen, part = ChosenModel(subject.task, parts["landmarks"], parts=parts), tasks()[subject.task].processing
    observer = part.load(chosen, open_model, subject.settings, still=False)
    processor = part.processor(chosen, observer, subject.settings, Occupancy(), LiveSideInputs())
    model, found, was_there = models[parts["landmarks"]], [], False
    for number, image in enumerate(islice(_forth_and_back(DATA / "media" / subject.film), frames)):
        frame = Frame(number, image, number * NS_PER_S // _FPS, 0)
        began = time.perf_counter()
        result = processor.process(frame)
        seen = time.perf_counter()
        model.invoke()
        ended = time.perf_counter()
        is_there = bool(getattr(result, "faces", ()) or getattr(result, "hands", ()))
        if is_there and was_there:
            found.append(((seen - began) * 1000, (ended - seen) * 1000))
        was_there = is_there
    return found


def _forth_and_back(path: Path) -> Iterator[ImageArray]:
    pictures: list[ImageArray] = []
    film = cv2.VideoCapture(str(path))
    while len(pictures) < _MOST_PICTURES and (read := film.read())[0]:
        pictures.append(np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), np.uint8))
    return cycle([*pictures, *pictures[-2:0:-1]])


if __name__ == "__main__":
    main()
