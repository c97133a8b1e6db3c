"""Every key at its extremes, with the worker that it is for running: it has results, or the value is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.config.rules import conflicts
from edge.config.schema import entries
from edge.config.settings import Settings
from edge.config.values import checked
from edge.daemon.build import build_processor
from tests.cli.toys import action_model, colour_model, pose_model, red_dot
from tests.extremes import extremes
from tests.support import TASK_NAMES, make_frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.config.schema import Entry
    from edge.tasks.common.processor import TunableProcessor
    from edge.types import Frame, TaskName

SECTIONS = (*TASK_NAMES, "tracking")
KEYS = [entry for entry in entries().values() if entry.section in SECTIONS and entry.key.kind not in {"model", "path"}]


@pytest.fixture(scope="module")
def processors(tmp_path_factory: pytest.TempPathFactory) -> dict[TaskName, TunableProcessor]:
    folder = tmp_path_factory.mktemp("toys")
    toys = {"pose": pose_model, "classification": colour_model, "action": action_model}
    settings = with_toys(Settings(), {task: toy(folder) for task, toy in toys.items()})
    return {task: build_processor(task, settings, running=TASK_NAMES, still=False) for task in TASK_NAMES}


def with_toys(settings: Settings, models: dict[str, Path]) -> Settings:
    return replace(settings, **{t: replace(getattr(settings, t), model=str(path)) for t, path in models.items()})


def accepted(entry: Entry) -> Iterator[Settings]:
    """The settings with each extreme of a key that is not refused."""
    for value in extremes(entry):
        try:
            one = checked(entry, value)
        except ValueError:
            continue
        settings = Settings()
        own = replace(getattr(settings, entry.section), **{entry.name: one})
        settings = replace(settings, **{entry.section: own})
        if not any(entry.path in {conflict.key, conflict.other} for conflict in conflicts(settings)):
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


@pytest.mark.parametrize("entry", KEYS, ids=lambda entry: entry.path)
def test_what_is_not_refused_works(entry: Entry, processors: dict[TaskName, TunableProcessor]) -> None:
    tasks = TASK_NAMES if entry.section == "tracking" else (entry.section,)
    tried = 0
    for settings in accepted(entry):
        tried += 1
        for task in tasks:
            processor = processors[task]
            processor.restart()
            processor.tune(settings)
            for frame in frames(1000.0 * tried):
                processor.process(frame)
    assert tried >= 1
    for task in tasks:
        processor = processors[task]
        processor.restart()
        processor.tune(Settings())
        assert processor.process(make_frame(red_dot(), time_s=1e6)) is not None
