"""Where models are measured: on the CPU, in this process."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from edge.runtime.interpreter import TfliteModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.runtime.model import ModelOpener
    from edge.types import Backend


@dataclass(frozen=True, slots=True)
class Place:
    """What opens models to be measured, and computes them.

    ``wait_ready``, to be called when they are open, returns when it does, with its name: ``cpu``, or an EdgeTPU as
    ``usb:0``; it raises ``ModelError`` where it cannot.
    """

    backend: Backend
    open_model: ModelOpener
    wait_ready: Callable[[], str]


@contextmanager
def on_cpu(threads: int) -> Iterator[Place]:
    """The processor."""
    yield Place("cpu", partial(TfliteModel, threads=threads), lambda: "cpu")
