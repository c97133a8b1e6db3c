"""One task in a script of one's own, without camera, broker and service."""

from __future__ import annotations

import math
import time
import weakref
from contextlib import ExitStack
from typing import TYPE_CHECKING

from edge.config.load import load
from edge.config.words import toml_text
from edge.daemon.asked_edgetpus import asked_edgetpus
from edge.daemon.build import build_alone
from edge.errors import ConfigError
from edge.settings import SCHEMA
from edge.tasks.registry import tasks
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from edge.runtime.edgetpu.pool import EdgeTpus
    from edge.tasks.common.processor import Processor
    from edge.types import ImageArray, Result

_RGB = 3


class OpenTask:
    """A task with its model loaded; for one thread."""

    def __init__(self, processor: Processor, *, is_stream: bool, edgetpus: EdgeTpus | None = None) -> None:
        self.model = processor.model.name
        """The name of the model that runs."""
        self._processor = processor
        self._is_stream = is_stream
        self._number = 0
        self._time_s = -math.inf
        if edgetpus is not None:
            weakref.finalize(self, edgetpus.close)

    def detect(self, image: ImageArray, time_s: float | None = None) -> Result | None:
        """What the task finds in a picture; None where the task's rate leaves it out.

        Args:
            image: ``(height, width, 3) uint8`` RGB. (OpenCV reads BGR: ``image[..., ::-1].copy()``.)
            time_s: of a stream, when the picture was taken, in seconds from any moment; it has to grow. Not given: now.

        Raises:
            ValueError: the picture is none, or its time does not grow.
            ModelError: the model failed, or has no answer.
        """
        if image.ndim != _RGB or image.shape[2] != _RGB or image.dtype != "uint8" or not image.size:
            raise ValueError(f"a picture is (height, width, 3) uint8 RGB, not {image.shape} {image.dtype}")
        if not self._is_stream:
            self._processor.restart()
        now_s = time.monotonic() if time_s is None else time_s
        if self._is_stream and now_s <= self._time_s:
            raise ValueError(f"time_s = {now_s:g} is not after the picture before, {self._time_s:g}")
        self._time_s, self._number = now_s, self._number + 1
        frame = Frame(self._number, image, round(now_s * NS_PER_S), time.monotonic_ns())
        return self._processor.process(frame)


def open_task(name: str, *, model: str = "", stream: bool = False, **keys: object) -> OpenTask:
    """Load a task, such as ``pose``, ``classification``, ``action``, ``hands`` or ``face``.

    Args:
        name: the task, as in its section of the configuration.
        model: a name of the catalogue or the path of a ``.tflite`` file; empty: the default of the task, which has to
            be in the store (``edge models pull``). ``starter-NAME`` comes with Edge.
        stream: whether pictures follow each other, so that people keep their ids, places are steadied and labels
            settle; else each stands for itself. ``action`` needs a stream to say anything.
        keys: other keys of the task's section, such as ``score_threshold=0.4``. The CPU computes unless ``device`` is
            ``edgetpu``; then that is waited for, and the CPU is the one that computes while it fails.

    Raises:
        ConfigError: there is no such task or key, or a value is not allowed.
        ModelError: the model or its labels cannot be used.
    """
    if name not in tasks():
        raise ConfigError(f"there is no task {name!r}; the tasks are {', '.join(tasks())}")
    chosen = {**({"model": model} if model else {}), **keys}
    overrides = [f"{name}.{key}={toml_text(value)}" for key, value in chosen.items()]
    settings = load(SCHEMA, None, (*overrides, "inference.fallback_to_starter=false")).settings
    with ExitStack() as until_built:
        if edgetpus := asked_edgetpus(name, settings):
            until_built.callback(edgetpus.close)
        processor = build_alone(name, settings, still=not stream, edgetpus=edgetpus)
        until_built.pop_all()
    return OpenTask(processor, is_stream=stream, edgetpus=edgetpus)
