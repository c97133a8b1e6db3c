"""A daemon with a model that only an EdgeTPU can run, and none attached at its start."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

from edge.base.machine_files import MachineFiles
from edge.config.store import ConfigStore
from edge.daemon.daemon import run_daemon
from edge.settings import SCHEMA
from tests.edgetpu.sysfs import Sysfs

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Result
    from tests.standin.control import Control
    from tests.support import SharedData

COMPILED = "models/movenet/movenet_single_pose_lightning_ptq_edgetpu.tflite"
PATIENCE_S = 60.0


class Watch:
    """Plugs a Coral in once the other task works, and ends the run at the first result of pose."""

    def __init__(self, machine: Sysfs) -> None:
        self.seen: list[tuple[str, str]] = []
        self._machine = machine

    def put(self, result: Result) -> None:
        if not self.seen:
            self._machine.plug()
        if (result.task, result.backend) not in self.seen:
            self.seen.append((result.task, result.backend))
            if result.task == "pose":
                os.kill(os.getpid(), signal.SIGTERM)


def test_its_task_begins_when_one_comes(shared: SharedData, tmp_path: Path, edgetpu: Control) -> None:
    keys = ("camera.source=synthetic:empty", "mqtt.enabled=false", "classification.enabled=false")
    alone = shutil.copy(shared.path(COMPILED), tmp_path)  # without the file for the CPU beside it
    models = ("action.model=starter-action", f"pose.model={alone}")
    machine, config_store = Sysfs(tmp_path / "machine"), ConfigStore(SCHEMA, None, (*keys, *models), None)
    watch = Watch(machine)

    run_daemon(config_store, seconds=PATIENCE_S, sinks=[watch], files=MachineFiles(machine.root))

    assert watch.seen == [("action", "cpu"), ("pose", "edgetpu")]
    assert len(edgetpu.created()) == 1
