"""``edge infer`` with the starter models on scenes no training has seen, against the scene's own truth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.cli.main import main
from edge.overlay.image_writer import save_image
from edge.overlay.video_writer import VideoWriter
from edge.scene.scene import Scene
from edge.tracking.geometry import oks

if TYPE_CHECKING:
    from pathlib import Path

    from edge.scene.truth import SceneTruth

Output = pytest.CaptureFixture[str]
SEED = 2_000_000
SIZE = (480, 640)
"""Height and width of a scene's pictures."""
FPS = 5.0
"""As often as the action model looks."""


def infer(capsys: Output, task: str, *arguments: object) -> list[dict[str, Any]]:
    """The messages of ``edge infer … --json``."""
    words = [task, *map(str, arguments), "--model", f"starter-{task}", "--json"]
    assert main(["infer", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def film(path: Path, scene: Scene, begin_s: float, end_s: float) -> list[SceneTruth]:
    """Write a part of a scene as a video; the truth of each of its frames."""
    truths = []
    with VideoWriter(path) as writer:
        for time_s in np.arange(begin_s, end_s, 1 / FPS):
            image, truth = scene.render(float(time_s))
            writer.write(image, round((time_s - begin_s) * 1e9))
            truths.append(truth)
    return truths


@pytest.mark.no_cover
def test_somebody_at_the_gym_is_followed_through_a_video(tmp_path: Path, capsys: Output) -> None:
    truths = film(tmp_path / "gym.mp4", Scene(SEED, "gym"), 2.0, 6.0)

    messages = infer(capsys, "pose", tmp_path / "gym.mp4")

    assert len(messages) == len(truths) == 20
    similarities = []
    for message, truth in zip(messages[3:], truths[3:], strict=True):
        (person,), (true,) = message["people"], truth.people
        found = np.array([[point["y"], point["x"], 1] for point in person["keypoints"]], np.float32)
        area_px = true.box.width * true.box.height * SIZE[0] * SIZE[1]
        similarities.append(oks(true.keypoints * (*SIZE, 1), found * (*SIZE, 1), area_px, 1))
    assert np.mean(similarities) > 0.5
    assert {person["id"] for message in messages for person in message["people"]} == {1}


@pytest.mark.no_cover
def test_what_a_room_shows_is_named(tmp_path: Path, capsys: Output) -> None:
    scenes = {"empty_room": ("empty", 1.0), "one_person": ("gym", 5.0), "lights_off": ("lights-off", 10.0),
              "camera_covered": ("covered", 10.0)}  # fmt: skip
    for name, (scene, time_s) in scenes.items():
        save_image(tmp_path / f"{name}.png", Scene(SEED, scene).render(time_s)[0])

    messages = infer(capsys, "classification", tmp_path)

    said = {message["input"]: message["categories"][0]["category_name"] for message in messages}
    right = [str(tmp_path / f"{name}.png") for name in scenes if said[str(tmp_path / f"{name}.png")] == name]
    assert len(said) == len(scenes)
    assert len(right) >= len(scenes) - 1


@pytest.mark.no_cover
def test_what_somebody_does_settles(tmp_path: Path, capsys: Output) -> None:
    truths = film(tmp_path / "gym.mp4", Scene(SEED, "gym"), 2.0, 14.0)

    messages = infer(capsys, "action", tmp_path / "gym.mp4")

    settled = [message["settled"] and message["settled"]["category_name"] for message in messages]
    true = [truths[round(message["media_time_s"] * FPS)].people[0].action for message in messages]
    agree = [found == action for found, action in zip(settled, true, strict=True)]
    assert len(messages) == len(truths)
    assert np.mean(agree) > 0.4  # a label settles a second late, and steps between actions count too
