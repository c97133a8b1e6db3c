"""The appliance in little: EdgeTPUs in a tree of ``/sys``, the stand-in for their library, and who uses them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.runtime.device_choice import parse_device

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from edge.runtime.edgetpu.pool import EdgeTpus
    from edge.runtime.edgetpu.steps import Step
    from edge.runtime.model import Model
    from edge.runtime.model_pair import ModelPair
    from edge.types import Backend, StepKind
    from tests.edgetpu.sysfs import Sysfs
    from tests.standin.control import Control

PATIENCE_S = 30.0
FRAME_S = 2.0
"""A frame may take the longest deadline, and the CPU variant after it."""


def wait_until(condition: Callable[[], bool], limit_s: float = PATIENCE_S) -> None:
    until_s = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < until_s, "it has not happened"
        time.sleep(0.01)


@dataclass
class Bench:
    """The appliance in little: the machine, the library, the EdgeTPUs and what they tell."""

    sysfs: Sysfs
    control: Control
    library: Path
    pair: ModelPair
    edgetpus: EdgeTpus
    steps: list[Step] = field(default_factory=list)
    task: threading.Thread | None = None

    def open(self, user: str = "pose", device: str = "auto", pair: ModelPair | None = None) -> Model:
        return self.edgetpus.open(user, parse_device(device), pair or self.pair, threads=1)

    def kinds(self, user: str = "pose") -> list[StepKind]:
        return [step.kind for step in self.steps if user in step.users]

    def is_on_edgetpu(self, *users: str) -> bool:
        return all(self.edgetpus.status(user).backend == "edgetpu" for user in users or ("pose",))

    def reason(self, user: str = "pose") -> str:
        return self.edgetpus.status(user).reason or ""

    def running(self, user: str = "pose", device: str = "auto") -> Model:
        """A model that runs on the EdgeTPU."""
        model = self.open(user, device)
        self.edgetpus.start()
        wait_until(lambda: self.is_on_edgetpu(user))
        return model

    def workers(self) -> list[int]:
        me = os.getpid()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"edge.runtime.edgetpu.worker" in words and str(me).encode() in words:
                found.append(int(entry.name))
        return found


def fill(model: Model, seed: int = 1) -> None:
    for tensor in model.inputs.values():
        view = model.view(tensor)
        view[...] = np.random.default_rng(seed).integers(0, 256, view.shape)


def answer(model: Model) -> list[Any]:
    return [np.array(model.view(tensor)) for tensor in model.outputs.values()]


def compute(model: Model, seed: int = 1) -> Backend:
    """One frame, which never takes long; what has computed it."""
    fill(model, seed)
    began_s = time.monotonic()
    model.invoke()
    assert time.monotonic() - began_s < FRAME_S
    return model.backend
