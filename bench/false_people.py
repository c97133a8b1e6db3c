"""False people: how many a pose task sees where nobody is, and whether it still sees those who are there.

    python -m bench.false_people [PART…] [--model FILE]… [--minutes M] [--fps F] [--seeds N]

Parts: rooms, people, photos; all where none is named. *rooms*: M minutes each of empty rooms, of dark ones and of a
covered camera; every ten seconds it is another room, with other light and noise, in one stream. *people*: clips of one
person on the seeds for judging the tracking, and how long it takes until the person is shown. *photos*: the pictures
of ImageNet in the test data (EDGE_TEST_DATA, else ../shared), with and without people, and the people of COCO.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import cv2
import numpy as np
from rich.console import Console

from bench.seeds import TRACKING_JUDGING
from bench.starter.people import SHARED, photographed_people
from bench.tracking.clips import MOVING, STILL, scene_clips
from edge.library import OpenTask, open_task
from edge.scene.catalog import wide_room
from edge.scene.light import random_light
from edge.scene.plan import Plan
from edge.scene.room import random_room
from edge.scene.scene import Scene
from edge.tasks.pose.result import PoseResult
from edge.tracking.geometry import oks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.starter.people import Case
    from bench.tracking.clips import Clip
    from edge.tasks.pose.result import Pose
    from edge.types import FloatArray, ImageArray

Emptiness: TypeAlias = Literal["empty", "dark", "covered"]
EMPTINESS: tuple[Emptiness, ...] = ("empty", "dark", "covered")
PARTS = ("rooms", "people", "photos")
STARTER = Path("models/starter/starter-pose.tflite")
LIGHTNING = SHARED / "models/movenet/movenet_single_pose_lightning_ptq.tflite"
IMAGENET = SHARED / "media/imagenet_sample"
ROOM_S = 10.0
_ALWAYS = ((-ROOM_S, 2 * ROOM_S),)
SAME_PERSON_OKS = 0.5

WITH_PEOPLE = frozenset(
    {
        "n02093859_Kerry_blue_terrier",
        "n02113712_miniature_poodle",
        "n02669723_academic_gown",
        "n02777292_balance_beam",
        "n02807133_bathing_cap",
        "n02860847_bobsled",
        "n02917067_bullet_train",
        "n03125729_cradle",
        "n03394916_French_horn",
        "n03467068_guillotine",
        "n03692522_loupe",
        "n03887697_paper_towel",
        "n04347754_submarine",
        "n04465501_tractor",
        "n06359193_web_site",
        "n10565667_scuba_diver",
    }
)
"""By eye: a face or a body is to be seen, however small or cut off, once that of a dressed figure; hands alone do not
count, nor do a gorilla and a teddy bear."""


@dataclass(frozen=True, slots=True)
class RoomFigures:
    """Of one kind of rooms; ``people`` are ids given, ``with_somebody`` results in which one is shown."""

    people: int
    results: int
    with_somebody: int


@dataclass(frozen=True, slots=True)
class PeopleFigures:
    """Of clips with one person: the share of results in which one is shown, and where the person is; seconds until."""

    shown: float
    right: float
    slowest_s: float
    mean_s: float


@dataclass(frozen=True, slots=True)
class PhotoFigures:
    """``false`` are the pictures without people in which one is shown, ``found`` how many with people show one.

    Of COCO, ``pictures`` show somebody, and ``people`` of all with keypoints are found at an OKS of 0.5.
    """

    false: tuple[str, ...]
    found: int
    pictures: int
    people: int


def empty_rooms(kind: Emptiness, minutes: float, fps: float) -> Iterator[tuple[ImageArray, float]]:
    """Pictures ``(480, 640, 3) uint8`` RGB and their times in seconds."""
    for number in range(round(minutes * 60 / ROOM_S)):
        scene = _room(kind, TRACKING_JUDGING[0] + number)
        for index in range(round(ROOM_S * fps)):
            yield scene.render(index / fps)[0], number * ROOM_S + index / fps


def _room(kind: Emptiness, seed: int) -> Scene:
    rng = np.random.default_rng([seed, *b"nobody"])
    plan = Plan(
        room=wide_room(rng) if seed % 2 else random_room(rng),
        light=random_light(rng),
        noise=float(rng.uniform(0.5, 6.0)),
        dark=_ALWAYS if kind == "dark" else (),
        covered=_ALWAYS if kind == "covered" else (),
        seed=seed,
    )
    return Scene(seed, kind, plan=plan)


def judge_rooms(model: Path, kind: Emptiness, minutes: float, fps: float) -> RoomFigures:
    """One stream through many rooms with nobody in them."""
    task = open_task("pose", model=str(model), stream=True)
    results = [_people(task, image, time_s) for image, time_s in empty_rooms(kind, minutes, fps)]
    ids = {pose.id for people in results for pose in people}
    return RoomFigures(len(ids), len(results), sum(bool(people) for people in results))


def judge_people(model: Path, clips: list[Clip]) -> PeopleFigures:
    """Clips of somebody, each a stream of its own."""
    shown, right, first_s = [], [], []
    for clip in clips:
        task = open_task("pose", model=str(model), stream=True)
        alike = [_alike(task, clip, index) for index in range(len(clip.times_s))]
        there = [one is not None for one in alike]
        shown.append(np.mean(there))
        right.append(np.mean([one is not None and one >= SAME_PERSON_OKS for one in alike]))
        first_s.append(float(clip.times_s[there.index(True)]) if any(there) else float(clip.times_s[-1]))
    return PeopleFigures(float(np.mean(shown)), float(np.mean(right)), max(first_s), float(np.mean(first_s)))


def _alike(task: OpenTask, clip: Clip, index: int) -> float | None:
    """OKS of who is shown in a frame; None: nobody is."""
    image = cv2.cvtColor(clip.images[index], cv2.COLOR_YUV2RGB_I420)
    people = _people(task, np.asarray(image, np.uint8), float(clip.times_s[index]))
    if not people:
        return None
    truth = np.concatenate([clip.truth[index], clip.seen[index][:, None]], axis=1).astype(np.float32)
    return oks(truth, _pixels(people[0], clip.size), float(clip.area_px[index]), min_score=1)


def judge_photos(model: Path) -> PhotoFigures:
    """Photographs, each for itself."""
    task = open_task("pose", model=str(model))
    with_somebody = {path.stem for path in sorted(IMAGENET.glob("*.JPEG")) if _people(task, _read(path))}
    coco = [_people(task, _read(path)) for path in sorted((SHARED / "media/pose_coco/images").iterdir())]
    return PhotoFigures(
        false=tuple(sorted(with_somebody - WITH_PEOPLE)),
        found=len(with_somebody & WITH_PEOPLE),
        pictures=sum(bool(people) for people in coco),
        people=sum(_is_found(task, case) for case in photographed_people()),
    )


def _is_found(task: OpenTask, case: Case) -> bool:
    area = case.box.width * case.box.height
    found = (_pixels(pose, case.image.shape[:2]) for pose in _people(task, case.image))
    return any(oks(case.keypoints, one, area, min_score=1) >= SAME_PERSON_OKS for one in found)


def _people(task: OpenTask, image: ImageArray, time_s: float | None = None) -> tuple[Pose, ...]:
    result = task.detect(image, time_s)
    return result.people if isinstance(result, PoseResult) else ()


def _pixels(pose: Pose, size: tuple[int, int]) -> FloatArray:
    """``(17, 3)`` y, x in pixels, and 1."""
    pixels = pose.keypoints * np.array((*size, 1), np.float32)
    pixels[:, 2] = 1
    return pixels


def _read(path: Path) -> ImageArray:
    image = cv2.imread(str(path))
    if image is None:
        raise SystemExit(f"{path} cannot be read")
    return np.asarray(image[..., ::-1], np.uint8).copy()


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--model", type=Path, action="append", help="a pose model; several times for several")
    parser.add_argument("--minutes", type=float, default=30, help="of each kind of empty rooms")
    parser.add_argument("--fps", type=float, default=5, help="pictures a second of them")
    parser.add_argument("--seeds", type=int, default=4, help="clips of each kind")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    parts, console = arguments.parts or PARTS, Console(width=150)
    for model in arguments.model or (STARTER, LIGHTNING):
        console.print(f"[bold]{model.name}[/]")
        if "rooms" in parts:
            for kind in EMPTINESS:
                rooms = judge_rooms(model, kind, arguments.minutes, arguments.fps)
                console.print(f"{kind}, {arguments.minutes:g} min: {rooms}")
        if "people" in parts:
            clips = scene_clips((*STILL, *MOVING), TRACKING_JUDGING[: arguments.seeds])
            console.print(judge_people(model, clips))
        if "photos" in parts:
            console.print(judge_photos(model))


if __name__ == "__main__":
    main()
