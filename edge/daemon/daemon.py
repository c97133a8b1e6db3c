"""The daemon: everything wired together, until the source ends, somebody stops it, or something fails."""

from __future__ import annotations

import logging
import os
import time
import uuid
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from edge.base.heartbeat import Heartbeats
from edge.base.limited_log import LimitedLog
from edge.base.machine_files import THIS_MACHINE
from edge.base.threads import tune_process
from edge.camera.settings import CameraSettings
from edge.daemon.backends import Backends
from edge.daemon.config_confirmation import Confirmation
from edge.daemon.configured_camera import ConfiguredCamera
from edge.daemon.device_id import device_id
from edge.daemon.event_detectors import EventDetectors
from edge.daemon.governor.governor import Governor
from edge.daemon.log import set_up_logging
from edge.daemon.model_check import wrong_models
from edge.daemon.monitor_status import MonitorStatus
from edge.daemon.mqtt_sink import MqttSink
from edge.daemon.notify import ServiceManager
from edge.daemon.pipeline import Pipeline
from edge.daemon.probation import Probation
from edge.daemon.processors import Processors
from edge.daemon.reload_outcome import Reloaded, ReloadOutcome
from edge.daemon.requests.handler import RequestHandler
from edge.daemon.requests.snapshot import LatestFrame
from edge.daemon.signals import signal_events
from edge.daemon.stats import StatsReporter
from edge.daemon.watchdog import Watchdog, ending_with_any_thread, limit_s, tell_at_a_crash
from edge.errors import ConfigError, EdgeError
from edge.messages.request import Request, RequestError
from edge.monitor.monitor import Monitor
from edge.monitor.settings import DisplaySettings
from edge.mqtt.settings import MqttSettings
from edge.settings import SCHEMA, DeviceSettings, HealthSettings, LogSettings
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.base.machine_files import MachineFiles
    from edge.config.sections import Settings
    from edge.config.store import ConfigStore
    from edge.daemon.pipeline import Sink
    from edge.daemon.requests.snapshot import Snapshot
    from edge.daemon.signals import LoopEvent
    from edge.monitor.status import Status
    from edge.types import Frame, Stats, TaskName

_log = logging.getLogger(__name__)

_REASONS: dict[LoopEvent, str] = {"stop": "signal", "ended": "the source ended", "restart": "a request to restart"}

FIRST_STATS_S = 2.0
"""Stats come this soon after the start; whoever listens need not wait for a whole interval."""
LOOK_S = 1.0
"""How often it is looked whether a task has gone quiet."""
CHANGE_LIMIT_S = 90.0
"""New models are read from a card that may be slow, and the settings are forced to it."""


def run_daemon(
    config_store: ConfigStore,
    *,
    seconds: float | None = None,
    frames: int | None = None,
    sinks: Sequence[Sink] = (),
    window: bool = False,
    on_sound: Callable[[], object] = lambda: None,
    files: MachineFiles = THIS_MACHINE,
) -> bool:
    """Run until the source ends, ``seconds`` have passed, ``frames`` were read, or SIGINT or SIGTERM comes.

    SIGHUP reads the configuration again. ``sinks`` take each result too, a ``window`` on the desktop shows what a
    monitor would, ``on_sound`` is called once it has worked for a while. EdgeTPUs are looked for in ``files``. True
    when it was asked to start anew, which is the caller's to do, and has not been told to stop since then. Must be
    called from the main thread.

    Raises:
        EdgeError: a part cannot start, or failed while running.
    """
    loaded, error = config_store.start()
    set_up_logging(loaded.settings[LogSettings])
    tell_at_a_crash()
    tune_process()
    events: SimpleQueue[LoopEvent | Request] = SimpleQueue()
    with signal_events(events), ending_with_any_thread():
        daemon = Daemon(
            config_store,
            loaded.settings,
            error,
            events,
            frames=frames,
            sinks=sinks,
            window=window,
            on_sound=on_sound,
            files=files,
        )
        starts_anew = daemon.run(seconds)
    return starts_anew and "stop" not in [events.get_nowait() for _ in range(events.qsize())]


class Daemon:
    """The running parts, and what is done to them: report, reload, stop.

    Raises:
        EdgeError: a part cannot be made from the settings.
    """

    def __init__(
        self,
        config_store: ConfigStore,
        settings: Settings,
        config_error: ConfigError | None,
        events: SimpleQueue[LoopEvent | Request],
        *,
        frames: int | None = None,
        sinks: Sequence[Sink] = (),
        window: bool = False,
        on_sound: Callable[[], object] = lambda: None,
        files: MachineFiles = THIS_MACHINE,
    ) -> None:
        self._config_store = config_store
        self.settings = settings
        """What is in force."""
        self._events = events
        self._restarts = False
        self._source = ConfiguredCamera(settings[CameraSettings])
        device = device_id(settings[DeviceSettings].id)
        manager = ServiceManager()
        heartbeats = Heartbeats(limit_s(manager))
        self._manager, self._watchdog = manager, Watchdog(manager, heartbeats)
        self._heartbeat = heartbeats.add("main")
        self._mqtt_sink = self._make_mqtt_sink(device, heartbeats)
        self._lines = LimitedLog(_log)  # of what a request can bring about as often as it likes
        self._latest_frame = LatestFrame()
        self._handler = RequestHandler(self, self)
        self._occupancy = occupancy = Occupancy()
        self._backends = Backends(settings, self._mqtt_sink, files)
        self._processors = Processors(settings, occupancy, self._backends.edgetpus, live=self._source.live)
        if not manager.is_there:  # a person at a terminal wants the prompt back; a service stays, to be told what to do
            self._processors.check_any_runs()
        models = {one.task: one.model.name for one in self._processors.all()}
        self._detectors = EventDetectors(models, settings, occupancy, self._mqtt_sink)
        self._monitor = self._make_monitor(device, heartbeats, window=window)
        self._governor = Governor(
            settings,
            self._processors,
            self._mqtt_sink,
            backend_of=self._backends.of,
            sees_anybody=self._detectors.see_anybody,
            files=files,
            live=self._source.live,
        )
        self._pipeline = Pipeline(
            self._source,
            self._processors.all(),
            [self._mqtt_sink, self._detectors, self._latest_frame, self._monitor, *sinks],
            max_frames=frames,
            heartbeats=heartbeats,
            on_frame=self._take_frame,
            on_end=lambda: events.put("ended"),
            backend_of=self._backends.of,
            upcoming=self._processors.upcoming,
        )
        self._governor.start(self._pipeline.workers)
        self._reporter = StatsReporter(
            self._pipeline, self._mqtt_sink, self._monitor, self._backends, governor=self._governor, files=files
        )
        self._reporter.tune(settings)
        self._monitor_status = MonitorStatus(device, self._reporter, is_broker_wanted=settings[MqttSettings].enabled)
        self._confirmation = Confirmation(Probation(self._pipeline.workers), config_store, on_sound)
        self._confirmation.begin(is_whole=config_error is None and self._processors.all_run())
        if config_error is not None:
            self._complain(config_error)
        _log.info(
            "running",
            extra={"device": device, "camera": self._source.name, "tasks": ",".join(self._processors.running())},
        )

    def _make_monitor(self, device: str, heartbeats: Heartbeats, *, window: bool) -> Monitor:
        return Monitor(
            self.settings[DisplaySettings],
            device,
            self._gather_status,
            self._occupancy,
            is_service=self._manager.is_there,
            window=window,
            only_skeletons=self.settings[DeviceSettings].only_skeletons,
            heartbeat=heartbeats.add("monitor"),
        )

    def _make_mqtt_sink(self, device: str, heartbeats: Heartbeats) -> MqttSink:
        names = ("mqtt", "mqtt link")
        heartbeat, link = (heartbeats.add(name) if self.settings[MqttSettings].enabled else None for name in names)
        return MqttSink(
            self.settings,
            device,
            str(uuid.uuid4()),
            self._events.put,
            gather=self._gather,
            heartbeat=heartbeat,
            link_heartbeat=link,
        )

    def run(self, seconds: float | None) -> bool:
        """Start all parts, attend to them, and end them in order; True when it is to start anew."""
        self._detectors.start()  # before there can be a connection: nobody may find the states of an earlier run
        self._mqtt_sink.start()
        self._backends.start(self._processors.models())
        self._monitor.start()
        self._pipeline.start()
        with self._watchdog:
            try:
                self._attend(seconds)
            finally:
                self._shut_down()
        return self._restarts

    def _attend(self, seconds: float | None) -> None:
        """Report at every interval and reload when told to, until an event or the deadline ends the run."""
        started_s = time.monotonic()
        deadline_s = float("inf") if seconds is None else started_s + seconds
        first_stats_s, next_report_s = (
            started_s + FIRST_STATS_S,
            started_s + self.settings[HealthSettings].stats_interval_s,
        )
        while (now_s := time.monotonic()) < deadline_s:
            if now_s >= next_report_s:
                self._reporter.report()
                next_report_s = now_s + self.settings[HealthSettings].stats_interval_s
            elif now_s >= first_stats_s:
                self._reporter.publish()
                first_stats_s = float("inf")
            self._detectors.look()
            self._confirmation.look()
            self._look_for_edgetpus()
            self._governor.look(self._expect_loading)
            self._manager.status(self._reporter.sentence())
            event = self._wait(min(next_report_s, deadline_s, now_s + LOOK_S) - now_s)
            if event == "reload":
                self._reload()
            elif isinstance(event, Request):
                self._mqtt_sink.put_response(self._handler.answer(event))
            elif event is not None:
                _log.info("stopping", extra={"why": _REASONS[event]})
                self._restarts = event == "restart"
                return

    def _look_for_edgetpus(self) -> None:
        """Where one has come, tasks that only an EdgeTPU can compute are tried again."""
        if self._backends.has_come() and self._processors.wait_for_edgetpu():
            self._expect_loading()
            self._governor.try_again()
        self._backends.look(self._processors.models())

    def _expect_loading(self) -> None:
        self._heartbeat.work(CHANGE_LIMIT_S)

    def _take_frame(self, frame: Frame) -> None:
        self._monitor.take_frame(frame)
        self._governor.take(frame)

    def _wait(self, seconds: float) -> LoopEvent | Request | None:
        self._heartbeat.rest()
        try:
            event = self._events.get(timeout=max(0.0, seconds))
        except Empty:
            event = None
        self._heartbeat.work(CHANGE_LIMIT_S if event == "reload" or isinstance(event, Request) else 0.0)
        return event

    def _reload(self) -> None:
        """Read the configuration again; all of it that can be applied live is, or nothing where any of it is wrong."""
        self._manager.reloading()
        try:
            outcome = self.take_over()
        except (EdgeError, OSError) as error:
            self._complain(error)
            self._reporter.publish()
            outcome = Reloaded(refused=str(error))
        self._manager.ready()
        ReloadOutcome.of_service(os.environ).tell(outcome)

    def take_over(self) -> Reloaded:
        """Put the configuration file in force, as far as that can be done live.

        Raises:
            EdgeError: the file is wrong, or something in it cannot be done; what was in force still is.
        """
        newer = self._config_store.load().settings
        changed = SCHEMA.differences(self.settings, newer)
        live = [key for key in changed if SCHEMA.keys[key].details.live]
        self._apply(SCHEMA.taking(self.settings, newer, live))
        self._config_store.accept()
        self._reporter.config_error = None
        waiting = [key for key in changed if not SCHEMA.keys[key].details.live]
        self._confirmation.begin(is_whole=not waiting and self._processors.all_run())
        if waiting:
            self._lines.log(logging.WARNING, "needs a restart to be in force: %s", ", ".join(waiting))
        self._lines.log(logging.INFO, "configuration reloaded", extra={"applied": ",".join(live) or "nothing new"})
        self._reporter.publish()
        return Reloaded(tuple(live), tuple(waiting))

    def given(self, key: str) -> object:
        """What the configuration file gives a key; see :meth:`ConfigStore.given`."""
        return self._config_store.given(key)

    def change(self, key: str, value: object) -> None:
        """Change the configuration file; see :meth:`ConfigStore.change`."""
        self._config_store.change(key, value, wrong_models)

    def tell_everything(self) -> None:
        """Publish all that is retained again."""
        self._mqtt_sink.renew()

    def set_paused(self, task: TaskName, *, paused: bool) -> None:
        """Have a task rest or go on; raises ``KeyError`` for one that does not run."""
        workers = {worker.processor.task: worker for worker in self._pipeline.workers}
        workers[task].paused = paused
        if paused and tasks()[task].processing.COUNTS_PEOPLE:
            workers[task].between_frames(self._occupancy.leave)
        self._lines.log(logging.INFO, "%s %s", task, "pauses" if paused else "goes on")
        self._reporter.publish()

    def snapshot(self) -> Snapshot:
        """What the camera sees.

        Raises:
            RequestError: it is not allowed, or there is nothing to see.
        """
        if not self.settings[MqttSettings].snapshot:
            raise RequestError("not_allowed", "pictures may not be requested; set mqtt.snapshot on the device itself")
        return self._latest_frame.take(time.monotonic_ns(), only_skeletons=self.settings[DeviceSettings].only_skeletons)

    def restart(self) -> None:
        """Stop, once the answer to this is sent, and have the caller of :func:`run_daemon` start anew."""
        self._events.put("restart")

    def _apply(self, settings: Settings) -> None:
        """Prepare every change first, so that one that cannot be made leaves everything as it was; then make them."""
        switch_sink = self._mqtt_sink.prepare(settings)
        switch_models = self._governor.prepare(settings)
        switch_models()
        self._source.change(settings[CameraSettings])
        switch_sink()
        self._backends.tune(settings)
        self._detectors.tune(settings)
        self._monitor.tune(settings[DisplaySettings], only_skeletons=settings[DeviceSettings].only_skeletons)
        self._reporter.tune(settings)
        set_up_logging(settings[LogSettings])
        self.settings = settings

    def _complain(self, error: EdgeError | OSError) -> None:
        _log.error("the configuration is wrong, the last good one stays in force:\n%s", error)
        self._reporter.config_error = str(error)

    def _gather(self) -> Stats:
        """What every connection begins with; for the publisher's thread."""
        return self._reporter.gather()

    def _gather_status(self) -> Status:
        """What the monitor tells beside its picture; for its thread."""
        return self._monitor_status.gather()

    def _shut_down(self) -> None:
        self._heartbeat.work(CHANGE_LIMIT_S)  # a camera that is being opened is waited for
        self._manager.stopping()
        self._pipeline.stop()
        self._monitor.stop()
        try:
            self._pipeline.join()
            self._confirmation.conclude()
        finally:
            self._detectors.stop()
            self._governor.stop()
            self._reporter.conclude()
            self._backends.close()  # not before: the last stats say what has computed
            self._mqtt_sink.stop()
