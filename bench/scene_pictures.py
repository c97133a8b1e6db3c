"""Draw the pictures of docs/scene.md.

python -m bench.scene_pictures [FOLDER]
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.scene.actors import random_actor
from edge.scene.catalog import scene_names, wide_room
from edge.scene.generate import random_scene
from edge.scene.plan import Plan
from edge.scene.room import chair
from edge.scene.scene import Scene
from edge.scene.script import Step
from edge.scene.truth import ACTIONS, FLOOR_ACTIONS, Visibility
from edge.scene.view import View

if TYPE_CHECKING:
    from edge.scene.generate import Purpose
    from edge.scene.truth import Action, SceneTruth
    from edge.types import ImageArray

FOLDER = Path("docs/images")
DOTS = {Visibility.VISIBLE: (60, 230, 90), Visibility.OCCLUDED: (255, 70, 60)}
SHOWN_AT_S = {"tour": 42.9, "living-room": 14.2, "walk": 1.4, "gym": 0.6, "crossing": 2.4, "fall": 9.0}
MOMENTS = 6
SHADES = 7


def main() -> None:
    """Draw all three."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    save(folder / "scene-names.png", named_scenes(), columns=3)
    save(folder / "scene-motions.png", motions(), columns=2 * MOMENTS)
    save(folder / "scene-random.png", random_scenes(), columns=6)


def named_scenes() -> list[ImageArray]:
    """Each scene of the catalogue with its truth: green dots are visible, red ones hidden."""
    pictures = []
    for name in scene_names():
        scene = Scene(3, name, (640, 480))
        image, truth = scene.render(SHOWN_AT_S.get(name, 8.0))
        small = np.asarray(cv2.resize(marked(image, truth), (272, 204), interpolation=cv2.INTER_AREA), np.uint8)
        pictures.append(titled(small, f"{name}: {truth.scene_class}"))
    return pictures


def motions() -> list[ImageArray]:
    """Every action in six moments, two actions a row."""
    pictures = []
    for number, action in enumerate(ACTIONS):
        scene = solo(number, action)
        for moment in range(MOMENTS):
            image, _ = scene.render(moment * scene.period_s / MOMENTS)
            pictures.append(titled(image, action) if moment == 0 else image)
    return pictures


def solo(seed: int, action: Action) -> Scene:
    """Somebody who does one thing, seen from near, in a sparse room and a picture without noise."""
    rng = np.random.default_rng(seed + 20)
    step = Step(action, 1.8 if action not in {"jumping_jack", "squat"} else 2.4)
    position = (0.0, 3.0)
    if action in FLOOR_ACTIONS:
        position = (-0.5, 3.0)
    if action == "walk":
        position, step = (-0.7, 3.0), Step("walk", 2.0, (0.7, 3.0))
    actor = random_actor(rng, 1, position, (step,), face_deg=-50.0, fall="sideways")
    seat = chair(actor.body, position, -50.0) if action in {"sit_down", "sit", "stand_up"} else ()
    room = replace(wide_room(rng, furniture=0), blocks=seat, hangings=())
    view = View((0.0, 0.0, 1.4), pitch_deg=9.0, fov_deg=44.0)
    plan = Plan(room, (actor,), view, period_s=step.duration_s, noise=0.0)
    return Scene(size=(84, 100), name=action, plan=plan)


def random_scenes() -> list[ImageArray]:
    """What the models learn from."""
    rng = np.random.default_rng(11)
    tasks: tuple[Purpose, ...] = ("pose", "classification", "action")
    return [random_scene(rng, tasks[index // 6], size=(120, 120)).render(2.0)[0] for index in range(18)]


def marked(image: ImageArray, truth: SceneTruth) -> ImageArray:
    """The picture with the truth's keypoints on it."""
    height, width = image.shape[:2]
    painted = image.copy()
    for person in truth.people:
        for y, x, visibility in person.keypoints.tolist():
            if visibility > Visibility.OUTSIDE:
                dot = round(x * width * 16), round(y * height * 16)
                cv2.circle(painted, dot, 4 * 16, DOTS[Visibility(int(visibility))], -1, cv2.LINE_AA, 4)
    return painted


def titled(image: ImageArray, title: str) -> ImageArray:
    """The picture with a word in its corner."""
    painted = image.copy()
    for offset, colour in ((1, (20, 20, 20)), (0, (255, 255, 255))):
        position = 4 + offset, 13 + offset
        cv2.putText(painted, title, position, cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv2.LINE_AA)
    return painted


def save(path: Path, pictures: list[ImageArray], columns: int) -> None:
    """Write a sheet of pictures of one size, rows filled up with white."""
    blank = np.full_like(pictures[0], 255)
    padded = pictures + [blank] * (-len(pictures) % columns)
    rows = [np.hstack(padded[start : start + columns]) for start in range(0, len(padded), columns)]
    # Noise does not shrink: a page needs fewer colours than a camera gives.
    coarse = np.vstack(rows)[..., ::-1] // SHADES * SHADES + SHADES // 2
    cv2.imwrite(str(path), coarse, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    print(f"{path}: {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
