"""What the governor reads of a machine, and what a change of the settings does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.base.heartbeat import Heartbeat
from edge.base.machine_files import MachineFiles
from edge.config.sections import Settings
from edge.daemon.frame_inbox import LatestInbox
from edge.daemon.governor.governor import Governor, read
from edge.daemon.governor.strain import Readings
from edge.daemon.pipeline import Worker
from edge.daemon.processors import Processors
from edge.daemon.task_backend import ON_THE_CPU
from edge.runtime.edgetpu.pool import EdgeTpus
from edge.settings import GovernorSettings
from edge.tasks.action.settings import ActionSettings
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.pose.settings import PoseSettings
from tests.base.test_firmware import TEMPERATURE, WORD, write
from tests.cli.toys import pose_model
from tests.daemon.governor.test_events import Told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.clock import Clock


@pytest.mark.parametrize(
    ("word", "is_slowed", "is_voltage_low"),
    [("0", False, False), ("f0000", False, False), ("1", False, True), ("2", True, False), ("4", True, False)],
)
def test_of_the_firmwares_word_the_present_counts(
    tmp_path: Path, word: str, *, is_slowed: bool, is_voltage_low: bool
) -> None:
    write(tmp_path, WORD, word)
    write(tmp_path, TEMPERATURE, "61500")
    assert read(MachineFiles(tmp_path), 0.25) == Readings(61.5, is_slowed, is_voltage_low, 0.25)


def test_the_soft_limit_of_a_pi_3_is_no_strain_and_a_pc_has_none(tmp_path: Path) -> None:
    assert read(MachineFiles(tmp_path), None) == Readings()
    write(tmp_path, WORD, "8")
    assert read(MachineFiles(tmp_path), None) == Readings()


def test_the_alarm_of_the_supply_counts_where_the_firmware_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, "sys/class/hwmon/hwmon0/name", "rpi_volt")
    write(tmp_path, "sys/class/hwmon/hwmon0/in0_lcrit_alarm", "1")
    assert read(MachineFiles(tmp_path), None) == Readings(is_voltage_low=True)


class Governed:
    """Pose alone, on a machine in a folder; nothing runs by itself."""

    def __init__(self, folder: Path, clock: Clock, model: str) -> None:
        self.clock, self.told, self.files = clock, Told(), MachineFiles(folder)
        write(folder, TEMPERATURE, "90000")
        self.settings = Settings(
            PoseSettings(model=model, max_rate_hz=10),
            ClassificationSettings(enabled=False),
            ActionSettings(enabled=False),
        )
        processors = Processors(self.settings, Occupancy(), EdgeTpus(self.files))
        self.governor = Governor(
            self.settings,
            processors,
            self.told,
            backend_of=lambda _task, _model: ON_THE_CPU,
            sees_anybody=lambda: False,
            files=self.files,
            live=True,
            clock_s=clock,
        )
        self.worker = Worker(processors.all()[0], LatestInbox(), [], Heartbeat("pose"))
        self.governor.start((self.worker,))

    def pass_s(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.now_s += 1
            self.governor.look(lambda: None)

    def level(self) -> int | None:
        stats = self.governor.stats()
        return None if stats is None else stats.level


@pytest.fixture
def governed(tmp_path: Path, clock: Clock) -> Governed:
    return Governed(tmp_path, clock, str(pose_model(tmp_path)))


def test_switched_off_by_a_reload_it_lets_go_at_once_and_begins_anew(governed: Governed) -> None:
    governed.pass_s(25)
    stats = governed.governor.stats()
    assert stats is not None
    assert (stats.level, stats.rates_hz, stats.models) == (2, {"pose": 5.0}, {})
    governed.governor.prepare(governed.settings.having(GovernorSettings(enabled=False)))()
    governed.pass_s(30)
    assert governed.level() is None
    assert [one.type for one in governed.told.events] == ["start", "update", "end"]
    governed.governor.prepare(governed.settings)()
    assert governed.level() == 0


def test_other_limits_are_in_force_with_the_next_look(governed: Governed) -> None:
    governed.pass_s(12)
    assert governed.level() == 1
    governed.governor.prepare(governed.settings.having(GovernorSettings(hot_c=100, cool_c=95, relax_s=5)))()
    governed.pass_s(7)
    assert governed.level() == 0


def test_a_bound_follows_the_rate_of_the_task(governed: Governed) -> None:
    governed.pass_s(12)
    faster = PoseSettings(model=governed.settings[PoseSettings].model, max_rate_hz=20)
    governed.governor.prepare(governed.settings.having(faster))()
    stats = governed.governor.stats()
    assert stats is not None
    assert stats.rates_hz == {"pose": 10.0}


def test_a_lighter_model_that_cannot_be_used_is_left_out_and_that_is_said_once(
    two_pose_models: Path, tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "toy-models" / "starter" / "starter-pose.tflite").write_bytes(b"no model")
    governed = Governed(two_pose_models, clock, "starter-multipose")
    governed.pass_s(60)
    stats = governed.governor.stats()
    assert stats is not None
    assert (stats.level, stats.models, governed.worker.processor.model.name) == (4, {}, "starter-multipose")
    assert len([one for one in caplog.messages if one.startswith("models stay as they are")]) == 1
    assert governed.told.events[-1].level == 4


def test_with_one_key_lighter_models_are_left_out(two_pose_models: Path, clock: Clock) -> None:
    governed = Governed(two_pose_models, clock, "starter-multipose")
    governed.governor.prepare(governed.settings.having(GovernorSettings(lighter_models=False)))()
    governed.pass_s(60)
    stats = governed.governor.stats()
    assert stats is not None
    assert (stats.level, stats.models) == (4, {})
