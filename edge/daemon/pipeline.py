"""The way of the data: one camera thread, an inbox and a worker thread for each task, results out to the sinks."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, TypeAlias

from edge.base.heartbeat import Heartbeats
from edge.base.rate_limiter import RateLimiter
from edge.base.threads import make_way
from edge.daemon.absent_processor import AbsentProcessor
from edge.daemon.camera_loop import CameraLoop
from edge.daemon.frame_inbox import LatestInbox, QueueInbox
from edge.daemon.meter import TaskMeter
from edge.daemon.model_trouble import ModelTrouble
from edge.daemon.task_backend import ON_THE_CPU
from edge.errors import ModelOutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from edge.base.heartbeat import Heartbeat
    from edge.daemon.camera_loop import CameraSource
    from edge.daemon.frame_inbox import FrameInbox
    from edge.daemon.task_backend import TaskBackend
    from edge.tasks.common.ahead import Upcoming
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.processor import Processor
    from edge.types import CameraStats, Frame, Result, TaskName, TaskStats

_NOTHING_KNOWN: Mapping[TaskName, Upcoming] = MappingProxyType({})
BackendOf: TypeAlias = "Callable[[TaskName, ChosenModel], TaskBackend]"


class Sink(Protocol):
    """Whoever takes results; called from the workers' threads and never holds them up."""

    def put(self, result: Result) -> None:
        """Take a result."""
        ...


def _always_the_cpu(_task: TaskName, _model: ChosenModel) -> TaskBackend:
    return ON_THE_CPU


class Worker:
    """One task: its inbox, its processor, its counts."""

    def __init__(
        self,
        processor: Processor,
        inbox: FrameInbox,
        sinks: Sequence[Sink],
        heartbeat: Heartbeat,
        *,
        backend_of: BackendOf = _always_the_cpu,
        upcoming: Upcoming | None = None,
    ) -> None:
        """``upcoming``, where each frame may wait for the next one, is told which that is."""
        self._upcoming = upcoming
        self.processor = processor
        self._heartbeat = heartbeat
        self.inbox = inbox
        self.paused = False
        """Whether frames are left unlooked at."""
        self.turns = 0
        """How many frames were looked at, or left out by the task's rate, without an error."""
        self._sinks = sinks
        self._backend_of = backend_of
        self._meter = TaskMeter()
        self._trouble = ModelTrouble(processor.task)
        self._changes: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._limiter: RateLimiter | None = None

    def run(self) -> None:
        """Process frames until the inbox is closed and empty."""
        self._heartbeat.rest()
        for frame in self._frames():
            self._heartbeat.work()
            self._take(frame)
            self._heartbeat.rest()

    def _frames(self) -> Iterator[Frame]:
        frame = self.inbox.get()
        while frame is not None:
            following = None
            if self._upcoming is not None:
                self._upcoming.frame = following = self.inbox.get()
            yield frame
            frame = self.inbox.get() if self._upcoming is None else following

    def _take(self, frame: Frame) -> None:
        while not self._changes.empty():
            self._changes.get()()
        if self.paused:
            return
        limiter = self._limiter
        if limiter is not None and not limiter.is_due(frame.captured_ns):
            self.turns += 1
            return
        try:
            result = self.processor.process(frame)
        except ModelOutputError as error:
            self._trouble.failed(error)
            return
        self.turns += 1
        if result is None:
            return
        self._trouble.passed()
        self._meter.count(result)
        for sink in self._sinks:
            sink.put(result)

    def between_frames(self, change: Callable[[], None]) -> None:
        """Have ``change`` called by the worker's own thread before its next frame."""
        self._changes.put(change)

    def limit(self, rate_hz: float | None) -> None:
        """Look at no more than ``rate_hz`` frames a second, the next one first; None: at all. By any thread."""
        self._limiter = None if rate_hz is None else RateLimiter(rate_hz)

    def queue_age_s(self) -> float | None:
        """How long frames waited for their turn in the last seconds; None where there was no result in them."""
        return self._meter.queue_age_s()

    def stats(self) -> TaskStats:
        """How the task is doing, with rates of the last seconds."""
        return self._meter.snapshot(
            model=self.processor.model,
            frames=self.inbox.received,
            dropped=self.inbox.dropped,
            paused=self.paused,
            error=self.trouble or None,
            backend=self._backend_of(self.processor.task, self.processor.model),
        )

    @property
    def trouble(self) -> str:
        """Why the task is off, or why its last frame had no result; empty where it had."""
        if isinstance(self.processor, AbsentProcessor):
            return self.processor.why
        return self._trouble.error or ""

    def replace(self, processor: Processor) -> None:
        """Go on with another processor of the same task from the next frame on."""
        self.between_frames(lambda: setattr(self, "processor", processor))


class Pipeline:
    """Runs a camera through processors until it ends, something fails, or it is stopped.

    ``max_frames`` ends it after so many frames. ``on_frame`` is called with each frame, from the camera's thread,
    before any worker has it; ``on_end`` once, from the last thread to finish. ``backend_of`` says of a task and its
    model where that is computed. Where the source is not live, the ``upcoming`` of a task is told the next frame.
    """

    def __init__(
        self,
        source: CameraSource,
        processors: Sequence[Processor],
        sinks: Sequence[Sink],
        *,
        max_frames: int | None = None,
        heartbeats: Heartbeats | None = None,
        on_frame: Callable[[Frame], None] = lambda _frame: None,
        on_end: Callable[[], None] = lambda: None,
        backend_of: BackendOf = _always_the_cpu,
        upcoming: Mapping[TaskName, Upcoming] = _NOTHING_KNOWN,
    ) -> None:
        self._is_live = source.live
        inbox = LatestInbox if source.live else QueueInbox
        heartbeats = heartbeats or Heartbeats()
        self.workers = tuple(
            Worker(
                processor,
                inbox(),
                sinks,
                heartbeats.add(processor.task),
                backend_of=backend_of,
                upcoming=None if source.live else upcoming.get(processor.task),
            )
            for processor in processors
        )
        self._camera = CameraLoop(source, self._deliver, max_frames=max_frames, heartbeat=heartbeats.add("camera"))
        self._on_frame = on_frame
        self._on_end = on_end
        self._failure: BaseException | None = None
        self._lock = threading.Lock()
        self._threads_left = 1 + len(self.workers)
        self._threads = (
            threading.Thread(target=self._guard, args=(self._run_camera,), name="camera", daemon=True),
            *(
                threading.Thread(target=self._guard, args=(worker.run,), name=worker.processor.task, daemon=True)
                for worker in self.workers
            ),
        )

    def start(self) -> None:
        """Start all threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the camera; every frame it has delivered is still processed."""
        self._camera.stop()

    def join(self) -> None:
        """Wait until all threads have ended.

        Raises:
            EdgeError: what ended the pipeline, where something failed.
        """
        for thread in self._threads:
            thread.join()
        if self._failure is not None:
            raise self._failure

    def camera_stats(self) -> CameraStats:
        """How the camera is doing, with its rate of the last seconds."""
        return self._camera.stats()

    def camera_trouble(self) -> str:
        """Why there are no frames; empty while there are."""
        return self._camera.trouble

    def task_troubles(self) -> Mapping[TaskName, str]:
        """Why a task has no results, of each that is off or whose model answers none."""
        return {worker.processor.task: worker.trouble for worker in self.workers if worker.trouble}

    def task_stats(self) -> Mapping[TaskName, TaskStats]:
        """How each task is doing, with rates of the last seconds."""
        return {worker.processor.task: worker.stats() for worker in self.workers}

    def _run_camera(self) -> None:
        if not self._is_live:  # a camera is not kept waiting; decoding a file may be
            make_way()
        try:
            self._camera.run()
        finally:
            self._close_inboxes()

    def _deliver(self, frame: Frame) -> None:
        self._on_frame(frame)
        for worker in self.workers:
            worker.inbox.put(frame)

    def _close_inboxes(self) -> None:
        for worker in self.workers:
            worker.inbox.close()

    def _guard(self, work: Callable[[], None]) -> None:
        """Run a thread's work; the first failure ends the whole pipeline and is raised again by :meth:`join`."""
        try:
            work()
        except BaseException as failure:  # noqa: BLE001  # nothing may end a thread in silence
            self._failure = self._failure or failure
            self.stop()
            # Nobody may empty an inbox any more, and the camera must not wait for room in it.
            self._close_inboxes()
        with self._lock:
            self._threads_left -= 1
            is_last = self._threads_left == 0
        if is_last:
            self._on_end()
