"""What the tests of EdgeTPUs share."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from edge.base.machine_files import MachineFiles
from edge.runtime.edgetpu import ladder
from edge.runtime.edgetpu.pool import EdgeTpus
from edge.runtime.edgetpu.process import WorkerOptions
from edge.runtime.model_pair import ModelPair
from tests.edgetpu.sysfs import Sysfs
from tests.runtime.edgetpu.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.runtime.edgetpu.steps import Step
    from tests.standin.control import Control
    from tests.support import SharedData


@pytest.fixture
def pair(shared: SharedData) -> ModelPair:
    folder = shared.path("models/mobilenet")
    return ModelPair(
        folder / "mobilenet_v1_0.25_128_quant.tflite", folder / "mobilenet_v1_0.25_128_quant_edgetpu.tflite"
    )


@pytest.fixture
def bench(tmp_path: Path, edgetpu: Control, edgetpu_library: Path, pair: ModelPair) -> Iterator[Bench]:
    """EdgeTPUs that nobody has started yet, on a machine with nothing plugged in; the library can be taken away."""
    library = tmp_path / "libedgetpu.so.1"
    shutil.copy(edgetpu_library, library)
    steps: list[Step] = []
    sysfs = Sysfs(tmp_path / "machine")
    options = WorkerOptions(library=str(library), stop_s=0.5)
    edgetpus = EdgeTpus(MachineFiles(sysfs.root), on_step=steps.append, options=options)
    yield Bench(sysfs, edgetpu, library, pair, edgetpus, steps)
    edgetpus.close()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of the ladder are short."""
    monkeypatch.setattr(ladder, "FIRST_WAIT_S", 0.5)
    monkeypatch.setattr(ladder, "LONGEST_WAIT_S", 0.5)
    monkeypatch.setattr(ladder, "LONGEST_ABSENCE_S", 0.5)
