"""The governor at work: it reads the machine, decides, and has the tasks run less often or with lighter models."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from edge.base.firmware import CAPPED, THROTTLED, UNDER_VOLTAGE, is_voltage_low, temperature_c, throttled_word
from edge.camera.settings import CameraSettings
from edge.daemon.governor.events import GovernedEvents, Hold
from edge.daemon.governor.idle_watch import IdleWatch
from edge.daemon.governor.lighter_models import lighter_models, with_models
from edge.daemon.governor.measures import LEVELS, cap_hz
from edge.daemon.governor.strain import Limits, Position, Readings, step
from edge.errors import ModelError
from edge.settings import GovernorSettings
from edge.tasks.registry import tasks
from edge.types import GovernorStats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge.base.machine_files import MachineFiles
    from edge.config.sections import Settings
    from edge.daemon.event_detector import EventSink
    from edge.daemon.pipeline import BackendOf, Worker
    from edge.daemon.processors import Processors
    from edge.types import Frame, Strain, TaskName

_WORDS: Mapping[Strain, str] = {
    "temperature": "the processor is hot",
    "throttled": "the firmware slows the processor down",
    "under_voltage": "the supply voltage is too low",
    "queue_age": "frames wait too long for their turn",
}
_IDLE = "nobody is there and nothing moves"

_log = logging.getLogger(__name__)


def read(files: MachineFiles, queue_age_s: float | None) -> Readings:
    """What the machine says now.

    The firmware's soft limit of temperature is no strain by itself: on a Pi 3B+ it is reached at 60 °C, and what is too
    hot ``governor.hot_c`` says.
    """
    word = throttled_word(files) or 0
    return Readings(
        temperature_c=temperature_c(files),
        is_slowed=bool(word & (CAPPED | THROTTLED)),
        is_voltage_low=bool(word & UNDER_VOLTAGE) or is_voltage_low(files) is True,
        queue_age_s=queue_age_s,
    )


class Governor:
    """Bounds how often the workers look, and exchanges models as a reload does.

    :meth:`take` is called by the camera's thread, all else by the main one. Nothing is done where the source is not
    ``live``, nor while the settings say so.
    """

    def __init__(
        self,
        settings: Settings,
        processors: Processors,
        sink: EventSink,
        *,
        backend_of: BackendOf,
        sees_anybody: Callable[[], bool],
        files: MachineFiles,
        live: bool,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``settings`` are those the processors were built with; the machine is read in ``files``."""
        self._settings = self._in_force = settings
        self._processors = processors
        self._backend_of = backend_of
        self._files = files
        self._live = live
        self._clock_s = clock_s
        self._workers: tuple[Worker, ...] = ()
        self._position = Position(since_s=clock_s())
        self._models: dict[TaskName, str] = {}
        self._retired: dict[TaskName, str] = {}
        self._refused: set[str] = set()
        self._rates_hz: dict[TaskName, float] = {}
        self._lock = threading.Lock()  # of what bounds the workers: the camera's thread and the main one change that
        self._events = GovernedEvents(sink)
        self._idle = IdleWatch(sees_anybody, self._idle_after_s)

    @property
    def is_on(self) -> bool:
        """Whether it does anything."""
        return self._live and self._own.enabled

    def start(self, workers: tuple[Worker, ...]) -> None:
        """Govern these workers from now on."""
        self._workers = workers

    def take(self, frame: Frame) -> None:
        """Look whether something moves, before any worker has the frame; never waits for long."""
        if self._idle.take(frame):
            with self._lock:
                self._bound()

    def look(self, before_loading: Callable[[], None]) -> None:
        """Read the machine and do what follows; to be called about every second.

        ``before_loading`` is called where models are about to be loaded, which takes its time.
        """
        if self.is_on:
            ages_s = [age_s for worker in self._workers if (age_s := worker.queue_age_s()) is not None]
            readings = read(self._files, max(ages_s, default=None))
            before, self._position = self._position, step(self._position, readings, self._limits, self._clock_s())
            if self._position.level != before.level:
                _log.info("held back to level %d: %s", self._position.level, self._why() or "all is well")
                with self._lock:
                    self._bound()
            self._exchange(before_loading)
        self._tell()

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """What to call to go on with other settings, models included; nothing changes before.

        Raises:
            ModelError: a model or its labels cannot be used.
        """
        models = self._lighter(settings)
        governed = with_models(settings, models)
        switch = self._processors.prepare(self._workers, self._in_force, governed)

        def change() -> None:
            switch()
            self._settings, self._in_force, self._models = settings, governed, models
            self._refused.clear()
            self._retired.clear()
            self._idle.tune(self._idle_after_s)
            if not self.is_on:
                self._position = Position(since_s=self._clock_s())
            with self._lock:
                self._bound()

        return change

    def try_again(self) -> None:
        """Build the tasks anew that are off."""
        self._processors.try_again(self._workers, self._in_force)

    def stats(self) -> GovernorStats | None:
        """What it does; None where it does nothing. May be asked by any thread."""
        if not self.is_on:
            return None
        with self._lock:
            rates_hz = {task: round(rate_hz, 2) for task, rate_hz in self._rates_hz.items()}
        position = self._position
        return GovernorStats(position.level, position.strains, self._idle.is_idle, rates_hz, dict(self._models))

    def stop(self) -> None:
        """End all that goes on."""
        self._events.stop()

    @property
    def _own(self) -> GovernorSettings:
        return self._settings[GovernorSettings]

    @property
    def _limits(self) -> Limits:
        own = self._own
        return Limits(own.hot_c, own.cool_c, own.max_queue_age_s, own.step_s, own.relax_s)

    @property
    def _idle_after_s(self) -> float:
        return self._own.idle_after_s if self.is_on else 0.0

    def _bound(self) -> None:
        """Have each worker run as often as it may now."""
        idle_hz = self._own.idle_rate_hz if self._idle.is_idle else None
        for worker in self._workers:
            task = worker.processor.task
            own_hz = tasks()[task].processing.rate_hz(self._settings) or self._settings[CameraSettings].fps
            rate_hz = cap_hz(own_hz, self._position.level, idle_hz)
            if rate_hz == self._rates_hz.get(task):
                continue
            worker.limit(rate_hz)
            if rate_hz is None:
                del self._rates_hz[task]
            else:
                self._rates_hz[task] = rate_hz

    def _lighter(self, settings: Settings) -> dict[TaskName, str]:
        """The models to run in the place of those configured, at the level there is."""
        own = settings[GovernorSettings]
        if not (self._live and own.enabled and own.lighter_models and LEVELS[self._position.level].lighter):
            return {}
        found = lighter_models(self._processors.tasks, settings, self._files)
        return {task: name for task, name in found.items() if name not in self._refused}

    def _exchange(self, before_loading: Callable[[], None]) -> None:
        models = self._lighter(self._settings)
        if models == self._models:
            return
        before_loading()
        governed = with_models(self._settings, models)
        try:
            self._processors.prepare(self._workers, self._in_force, governed)()
        except ModelError as error:
            _log.warning("models stay as they are: %s", error)
            self._refused.update(models.values())
            return
        self._retired = {task: name for task, name in self._models.items() if task not in models}
        self._in_force, self._models = governed, models

    def _tell(self) -> None:
        with self._lock:
            rates_hz, why = dict(self._rates_hz), self._why()
        holds = {}
        for worker in self._workers:
            task, model = worker.processor.task, worker.processor.model
            rate_hz, lighter = rates_hz.get(task), self._models.get(task)
            if self._is_being_exchanged(task, model.name):
                continue
            holds[task] = Hold(
                is_held=rate_hz is not None or lighter is not None,
                level=self._position.level,
                rate_hz=rate_hz,
                model=model.name,
                backend=self._backend_of(task, model).backend,
                why=why,
            )
        self._events.tell(holds)

    def _is_being_exchanged(self, task: TaskName, name: str) -> bool:
        """Whether the worker, which still runs the model ``name``, goes on with another at its next frame."""
        lighter = self._models.get(task)
        return name == self._retired.get(task) if lighter is None else name != lighter

    def _why(self) -> str:
        words = [_WORDS[strain] for strain in self._position.strains] if self._position.level else []
        return "; ".join([*words, _IDLE] if self._idle.is_idle else words)
