"""Every key at its extremes, with the worker that it is for running: it has results, or the value is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.config.key import PATH
from edge.config.sections import Settings
from edge.config.values import checked
from edge.daemon.build import build_processor, prepare_change
from edge.errors import ModelError
from edge.settings import SCHEMA
from edge.tasks.common.keys import MODEL
from tests.cli.toys import action_model, colour_model, pose_model, red_dot
from tests.extremes import extremes
from tests.support import TASK_NAMES, make_frame
from tests.tasks.face.toys import face_bundle
from tests.tasks.hands.toys import hand_bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.schema import Key
    from edge.daemon.build import AnyProcessor
    from edge.types import Frame, TaskName

SECTIONS = (*TASK_NAMES, "tracking")
KEYS = [key for key in SCHEMA.keys.values() if key.section in SECTIONS and key.details.kind not in (MODEL, PATH)]
OF_OTHER_MODELS = ("classification.input_size", "face.range")
"""Of these some values are refused by the models here: their inputs have one size, their bundle one detector."""


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The defaults, but for the models."""
    folder = tmp_path_factory.mktemp("toys")
    models = {
        "pose": pose_model,
        "classification": colour_model,
        "action": action_model,
        "hands": hand_bundle,
        "face": face_bundle,
    }
    return SCHEMA.with_values(Settings(), {f"{task}.model": str(model(folder)) for task, model in models.items()})


@pytest.fixture(scope="module")
def processors(toys: Settings) -> dict[TaskName, AnyProcessor]:
    return {task: build_processor(task, toys, running=TASK_NAMES, still=False) for task in TASK_NAMES}


def accepted(key: Key, toys: Settings) -> Iterator[Settings]:
    """The settings with each extreme of a key that is not refused."""
    for value in extremes(key):
        try:
            one = checked(key, value)
        except ValueError:
            continue
        settings = SCHEMA.with_values(toys, {key.path: one})
        if not any(key.path in {conflict.path, conflict.other} for conflict in SCHEMA.conflicts(settings)):
            yield settings


def frames(begin_s: float) -> Iterator[Frame]:
    """Somebody who walks, jumps, is gone, comes again after a gap; then the stream begins anew."""
    dark = np.full((120, 160, 3), 16, np.uint8)
    for step in range(6):
        yield make_frame(red_dot(40 + 10 * step), time_s=begin_s + step / 30)
    yield make_frame(red_dot(140), time_s=begin_s + 0.21)
    yield make_frame(dark, time_s=begin_s + 0.25)
    yield make_frame(red_dot(60), time_s=begin_s + 5)
    yield make_frame(red_dot(61), time_s=begin_s + 5 + 1e-9)


def change(processor: AnyProcessor, before: Settings, after: Settings) -> None:
    """As a running worker does, with another model where it hangs on the key."""
    prepare_change(processor, before, after, running=TASK_NAMES)()
    processor.restart()


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.path)
def test_what_is_not_refused_works(key: Key, toys: Settings, processors: dict[TaskName, AnyProcessor]) -> None:
    tasks = TASK_NAMES if key.section == "tracking" else (key.section,)
    tried = 0
    for settings in accepted(key, toys):
        tried += 1
        for task in tasks:
            try:
                change(processors[task], toys, settings)
            except ModelError:
                assert key.path in OF_OTHER_MODELS
                continue
            for frame in frames(1000.0 * tried):
                processors[task].process(frame)
            change(processors[task], settings, toys)
    assert tried >= 1
    for task in tasks:
        assert processors[task].process(make_frame(red_dot(), time_s=1e6)) is not None
