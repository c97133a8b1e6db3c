"""Keys that the sections of several tasks have, and what their values stand for."""

from __future__ import annotations

import re
from typing import Any

from edge.config.key import PATH, Kind, key
from edge.config.words import closest
from edge.runtime.device_choice import ALLOWED_DEVICES, DEVICE_PATTERN

_FRAME_TOLERANCE = 1e-9  # 0.7 + 0.3 may come out a little above 1
_LEAST_SIDE = 0.01  # of the frame: a few pixels, in which nothing can be told any more


def is_model_path(model: str) -> bool:
    """Whether ``model`` is the path of a file rather than a name of the catalogue."""
    return "/" in model or model.endswith((".tflite", ".task"))


def _checked_region(region: tuple[float, ...]) -> tuple[float, ...]:
    x, y, width, height = region
    if width <= 0 or height <= 0:
        raise ValueError("must have an area: width and height (the last two) above 0")
    if width < _LEAST_SIDE or height < _LEAST_SIDE:
        raise ValueError(
            f"must be large enough to see something in: width and height (the last two) at least {_LEAST_SIDE}"
        )
    if x + width > 1 + _FRAME_TOLERANCE or y + height > 1 + _FRAME_TOLERANCE:
        raise ValueError("must lie inside the frame: x + width and y + height at most 1")
    return region


def _meant_device(text: str) -> str | None:
    """``Coral`` and ``usb:0`` are clear enough."""
    word = text.strip().lower()
    if one := re.search(r"(usb|pci)e?\W?(\d{1,3})$", word):
        return f"edgetpu:{one[1]}:{one[2]}"
    return "edgetpu" if re.search(r"tpu|coral", word) else closest(word, ("auto", "cpu", "edgetpu"))


DEVICE = Kind(meant=_meant_device)
MODEL = Kind(
    allowed="a catalogue name or the path of a .tflite file",
    split=lambda model: ("", model if is_model_path(model) else ""),
)
REGION = Kind(check=_checked_region)


def enabled(default: bool = True) -> Any:  # as key(True, ...) is
    """Whether the task runs."""
    return key(default, "Run this task.", live=False)


def model(default: str) -> Any:
    """Which model."""
    return key(default, "A catalogue name or the path of a .tflite file.", kind=MODEL, remote=True)


def device() -> Any:
    """Where it is computed."""
    return key(
        "",
        "Where the model is computed; empty: as inference.device says.",
        pattern=f"({DEVICE_PATTERN})?",
        allowed=f"empty, {ALLOWED_DEVICES}",
        kind=DEVICE,
        remote=True,
    )


def labels() -> Any:
    """What its classes are called."""
    return key(
        "",
        "Path of a label file, one label a line; empty: the labels inside or beside the model, or the catalogue's.",
        kind=PATH,
    )


def threads() -> Any:
    """How many CPU threads."""
    return key(0, "CPU threads of this task, at most one a core; 0: its share of inference.threads.", low=0, high=16)


def max_rate_hz() -> Any:
    """How often at most."""
    return key(0.0, "Run at most this often; 0: every frame.", low=0, high=240, remote=True)


def region() -> Any:
    """Which part of the frame."""
    return key(
        (0.0, 0.0, 1.0, 1.0),
        "The part of the frame that is looked at: x, y, width, height.",
        low=0,
        high=1,
        lengths=(4,),
        kind=REGION,
        remote=True,
    )


def max_results() -> Any:
    """How many categories."""
    return key(3, "Categories in a result; -1: all of them.", low=-1, high=10_000, never=0, remote=True)


def category_score_threshold() -> Any:
    """Which of them by their score."""
    return key(0.0, "Categories with a lower score are left out.", low=0, high=1, remote=True)


def allow() -> Any:
    """Which of them by their name."""
    return key((), "Only these categories; not together with deny.", remote=True)


def deny() -> Any:
    """Which of them not."""
    return key((), "Never these categories; not together with allow.", remote=True)
