"""Toy models, pictures and clips as files, for commands that run without any real model."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.overlay.video_writer import VideoWriter
from tests.support import ROOT
from tests.tflite import append_files, colour_classifier, dot_pose, fixed_multipose, summing_action
from tests.tracking.test_crop import standing

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import ImageArray


def pose_model(folder: Path) -> Path:
    """A single-pose model that finds the reddest pixel."""
    return dot_pose(folder / "dot-pose.tflite")


def constant_pose_model(folder: Path) -> Path:
    """A model of several people that finds one, in the same place of whatever it sees."""
    people = np.zeros((6, 56), np.float32)
    people[0, :51] = standing().reshape(-1)
    return fixed_multipose(folder / "constant-pose.tflite", people)


def colour_model(folder: Path) -> Path:
    """A classifier of red, green and blue, with labels inside."""
    return append_files(colour_classifier(folder / "colours.tflite"), {"labels.txt": "red\ngreen\nblue"})


def action_model(folder: Path) -> Path:
    """A stream model whose logits add up each colour, with labels inside."""
    return append_files(summing_action(folder / "sums.tflite"), {"labels.txt": "reddening\ngreening\nblueing"})


def red_dot(column: int = 80, *, width: int = 160, height: int = 120) -> ImageArray:
    """Dark, with a red square at a column half way down."""
    image = np.full((height, width, 3), 16, np.uint8)
    image[height // 2 - 6 : height // 2 + 6, column - 6 : column + 6] = (250, 0, 0)
    return image


def picture_file(path: Path, image: ImageArray) -> Path:
    """Write a picture."""
    assert cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return path


def clip_file(path: Path, frames: int = 30, rate_hz: float = 30.0) -> Path:
    """Write a video of a red dot that wanders to the right."""
    with VideoWriter(path) as writer:
        for number in range(frames):
            writer.write(red_dot(40 + number), round(number / rate_hz * 1e9))
    return path


def starter_models(folder: Path) -> Path:
    """A copy of the folder ``models/`` with toys for starter models; ``folder`` must be new."""
    (folder / "starter").mkdir(parents=True)
    shutil.copy(ROOT / "models" / "catalog.toml", folder)
    (folder / "labels").symlink_to(ROOT / "models" / "labels")
    for task, model in (("pose", pose_model), ("classification", colour_model), ("action", action_model)):
        model(folder).rename(folder / "starter" / f"starter-{task}.tflite")
    return folder
