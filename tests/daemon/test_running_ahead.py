"""A film played flat out: models run a frame ahead, and results are those of one frame after the other, or nearly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from edge.camera.settings import CameraSettings
from edge.config.sections import Settings
from edge.daemon.build import build_processor
from edge.daemon.configured_camera import ConfiguredCamera
from edge.daemon.pipeline import Pipeline
from edge.tasks.common.ahead import Upcoming
from edge.tasks.common.evaluation.entry import Annotation
from edge.tasks.pose.average_precision import similarity
from edge.tasks.pose.result import PoseResult
from edge.tasks.pose.settings import PoseSettings
from edge.tracking.keypoints import COCO_17
from tests.daemon.test_pipeline import Recorder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from edge.types import FloatArray, Result, TaskName
    from tests.support import SharedData

LIGHTNING = "models/movenet/movenet_single_pose_lightning_ptq.tflite"
DANCER, SIDE_PX = "media/video_pose/pose_1.mp4", 576


def play(film: Path, settings: Settings, *, ahead: bool) -> list[Result]:
    """What pose says of all frames."""
    camera = CameraSettings(source=f"video:{film}", realtime=False)
    upcoming = Upcoming() if ahead else None
    processor = build_processor("pose", settings, running=("pose",), still=False, upcoming=upcoming)
    sink = Recorder()
    told: Mapping[TaskName, Upcoming] = {"pose": upcoming} if upcoming else {}
    pipeline = Pipeline(ConfiguredCamera(camera), [processor], [sink], upcoming=told)
    pipeline.start()
    pipeline.join()
    return sink.results


def mean_oks(results: list[Result], published: FloatArray) -> float:
    """Of the first person of each frame with that of ``published (frames, 17, 2)`` x, y in pixels."""
    found = [one for one in results if isinstance(one, PoseResult)]
    assert [one.frame.number for one in found] == list(range(len(published)))
    similarities = []
    for one, places in zip(found, published, strict=True):
        (left, top), (width, height) = places.min(0), np.ptp(places, axis=0)
        keypoints = np.concatenate((places, np.full((17, 1), 2)), axis=1).astype(np.float32)
        box = (float(left), float(top), float(width), float(height))
        person = Annotation(COCO_17.names, keypoints, box, float(width * height) / 2, is_crowd=False)
        seen = one.people[0].keypoints[:, 1::-1] * SIDE_PX
        similarities.append(similarity(person, seen))
    return float(np.mean(similarities))


def test_a_dancer_is_followed_as_well(shared: SharedData) -> None:
    """By at most 0.005 of the mean similarity with what tfjs-models publish of the film."""
    truth = json.loads(shared.path("reference/tfjs/pose_1.json").read_text())
    published = np.array([[[frame[name][axis] for axis in "xy"] for name in COCO_17.names] for frame in truth])
    settings = Settings(PoseSettings(model=str(shared.path(LIGHTNING))))
    film = shared.path(DANCER)

    one_by_one, ahead = (mean_oks(play(film, settings, ahead=ahead), published) for ahead in (False, True))

    assert one_by_one > 0.9
    assert abs(ahead - one_by_one) <= 0.005
    assert ahead != one_by_one, "it did not run ahead"
