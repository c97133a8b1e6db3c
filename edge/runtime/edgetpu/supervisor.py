"""The thread that keeps models running on one EdgeTPU: it starts their worker, watches it, and climbs the ladder."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from edge.base.wake_fd import WakeFd
from edge.runtime.edgetpu.deadline import Deadline
from edge.runtime.edgetpu.ladder import Ladder
from edge.runtime.edgetpu.lost import Busy, LibraryMissing, Lost, NoneRuns, not_working
from edge.runtime.edgetpu.model import Place
from edge.runtime.edgetpu.running import running_worker
from edge.runtime.edgetpu.steps import Step
from edge.runtime.edgetpu.supervised_models import SupervisedModels
from edge.runtime.edgetpu.throughput import Throughput
from edge.runtime.edgetpu.usb_reset import reset_usb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from edge.base.machine_files import MachineFiles
    from edge.runtime.edgetpu.devices import EdgeTpu
    from edge.runtime.edgetpu.opened_model import OpenedModel
    from edge.runtime.edgetpu.process import WorkerModel, WorkerOptions, WorkerProcess
    from edge.runtime.edgetpu.step_log import StepLog
    from edge.types import EdgeTpuState, StepKind

_MOVE_S = 15.0
"""How long a worker may take to be ready once its device has come back with its firmware."""
_RESET_S = 10.0
"""How long after a reset a device may be away."""
_SETTLE_S = 1.0
"""How long it is left alone after a reset."""
_WARM_INVOKES = 3
_LOOK_S = 2.0
_LEAVE_S = 3.0


class Supervisor:
    """Keeps the models that it is given on ``tpu``, from its :meth:`start` to its :meth:`close`.

    ``on_step`` is called by its thread. Methods and attributes are for the one thread that has made it, but ``state``,
    ``error``, ``tpu`` and ``throughput``, which anybody may read.
    """

    def __init__(
        self,
        tpu: EdgeTpu,
        files: MachineFiles,
        options: WorkerOptions,
        on_step: Callable[[Step], None],
        log: StepLog,
    ) -> None:
        self.tpu = tpu
        self.state: EdgeTpuState = "starting"
        self.error: str | None = None
        """Why it does not compute; None while it does, or starts for the first time."""
        self.throughput = Throughput()
        self.has_begun = False
        """Whether it has been ready or lost so far."""
        self._files, self._options, self._on_step, self._log = files, options, on_step, log
        self._models = SupervisedModels()
        self._deadlines: dict[OpenedModel, Deadline] = {}
        self._ladder = Ladder(can_reset=tpu.kind == "usb")
        self._wake, self._stop = WakeFd(), WakeFd()
        self._stops = False
        self._worker: WorkerProcess | None = None
        self._stuck: WorkerProcess | None = None
        """One that would not end: as long as it is there, it has the EdgeTPU."""
        self._ready_s: float | None = None
        self._absence = ""
        self._reset_s, self._moved_s = float("-inf"), float("inf")
        self._thread = threading.Thread(target=self._run, name=f"edgetpu {tpu.name}", daemon=True)

    def start(self) -> None:
        """Begin; models are given before.

        Raises:
            RuntimeError: no more threads may be started.
        """
        try:
            self._thread.start()
        except RuntimeError:
            self._wake.close()
            self._stop.close()
            raise

    def give(self, opened: tuple[OpenedModel, ...]) -> None:
        """Run these, and no others. One more is a planned restart of the worker, one less is not."""
        if self._models.give(opened):
            self._wake.call()

    def follow(self, tpu: EdgeTpu) -> None:
        """The kernel shows the device elsewhere now."""
        if tpu.node != self.tpu.node:
            self._moved_s = time.monotonic()
        self.tpu = tpu
        self._wake.call()

    @property
    def may_come_back(self) -> bool:
        """Whether the device may just be on its way back to the bus, with its firmware or after a reset."""
        return self.state == "starting" or time.monotonic() - self._reset_s < _RESET_S

    @property
    def is_stuck(self) -> bool:
        """Whether its worker was started for a device that has come back since, and does not notice."""
        return self.state == "starting" and time.monotonic() - self._moved_s > _MOVE_S

    def stop(self) -> None:
        """Have it end; a worker that is well leaves the EdgeTPU in order, one that is starting is killed."""
        self._stops = True
        self._stop.call()
        self._wake.call()
        worker = self._worker
        if worker and self.state != "ready":
            worker.kill()

    def close(self) -> None:
        """Stop, and wait for its end."""
        self.stop()
        self._thread.join(_LEAVE_S)
        if not self._thread.is_alive():
            self._wake.close()
            self._stop.close()

    def _run(self) -> None:
        while not self._stops:
            opened = self._models.wanted()
            if not opened:
                self.state = "waiting"
                self._wake.wait()
                continue
            try:
                self._serve(opened)
            except (Lost, OSError) as lost:
                if not self._stops:
                    self._recover(lost, opened)

    def _serve(self, opened: tuple[OpenedModel, ...]) -> None:
        """Run models until others are to be run, or none. Raises :class:`Lost` where that is not to be."""
        self.state, self._ready_s, self._moved_s = "starting", None, float("inf")
        self._models.refuse({})
        if self._stuck and self._stuck.has_ended:
            self._stuck = None
        began_s = time.monotonic()
        self._deadlines = {one: self._deadlines.get(one) or Deadline() for one in opened}
        models = [one.for_worker(deadline) for one, deadline in self._deadlines.items()]
        with self._ending(models) as worker, self._holding(worker, opened):
            self._bring_up(worker, opened)
            self.state, self.error, self._absence, self._ready_s = "ready", None, "", time.monotonic()
            self._tell_and_log("ready", f"after {self._ready_s - began_s:.1f} s")
            self._fall_back_refused()
            while not self._stops and self._models.users() and not self._models.have_others_than(opened):
                worker.watch(self._wake.fd)
                self._wake.clear()
                opened = self._models.still_given(opened)  # one that comes back later is one more: its place is gone

    @contextmanager
    def _ending(self, models: Sequence[WorkerModel]) -> Iterator[WorkerProcess]:
        """A worker, of which is known afterwards whether it has ended."""
        worker: WorkerProcess | None = None
        try:
            with running_worker(models, self.tpu, self._options) as worker:
                yield worker
        finally:
            if worker and not worker.has_ended:
                self._stuck = worker

    @contextmanager
    def _holding(self, worker: WorkerProcess, opened: Sequence[OpenedModel]) -> Iterator[None]:
        """Let ``worker`` be killed while it starts, and take its models away before it ends."""
        self._worker = worker
        self._keep_waiting(opened)
        try:
            if self._stops:
                worker.kill()
            yield
        except Lost as lost:
            self.error = not_working(self.tpu.name, lost)
            raise
        finally:
            self._worker = None
            self._keep_waiting(opened)

    def _keep_waiting(self, opened: Sequence[OpenedModel]) -> None:
        self._models.wait(opened, self.error or f"the EdgeTPU {self.tpu.name} is starting")

    def _bring_up(self, worker: WorkerProcess, opened: Sequence[OpenedModel]) -> None:
        """Load models, warm them, and give them their places, but those that are refused."""
        refusals = worker.wait_loaded().models
        self._models.refuse({one: refusal for one, refusal in zip(opened, refusals, strict=True) if refusal})
        running = [number for number, refusal in enumerate(refusals) if not refusal]
        if not running:
            raise NoneRuns(self._models.why_refused())
        for _ in range(_WARM_INVOKES):
            for number in running:
                worker.warm(number)
        for number in running:
            if opened[number] not in self._models:
                continue  # it has moved to another EdgeTPU meanwhile
            opened[number].run_at(Place(self.tpu.name, worker, number, self.throughput.count, self._wake.call))

    def _recover(self, lost: Exception, opened: Sequence[OpenedModel]) -> None:
        if isinstance(lost, NoneRuns):
            self.state = "waiting"
            self._fall_back_refused()
            self._rest(self._ladder.absent().wait_s, opened)
        elif isinstance(lost, Busy) and self._stuck:
            self._climb(Lost(f"its last process ({self._stuck.pid}) is stuck in the kernel"), opened)
        elif isinstance(lost, (LibraryMissing, Busy)):
            self._leave_alone(lost, opened)
        else:
            self._climb(lost, opened)

    def _leave_alone(self, absent: Lost, opened: Sequence[OpenedModel]) -> None:
        """Look again later whether what is not there, or has another owner, can be had: nothing is broken."""
        self.state = "busy" if isinstance(absent, Busy) else "waiting"
        reason = self._fall_back(absent, opened, "see edge doctor" if isinstance(absent, LibraryMissing) else "")
        if reason != self._absence:
            self._absence = reason
            self._tell("wait", str(absent))
            self._log.no_edgetpu(opened, reason)
        self._rest(self._ladder.absent().wait_s, opened)

    def _climb(self, lost: Exception, opened: Sequence[OpenedModel]) -> None:
        """Do what may bring back a device that was lost, until it is to be tried again."""
        held_s = time.monotonic() - self._ready_s if self._ready_s is not None else 0.0
        self.state, self._absence = "waiting", ""
        self._models.forget_what_was_told()
        self._tell_and_log("lost", str(lost))
        self._fall_back(lost, opened)  # whoever sees it settled knows of the loss
        if not self._files.exists(self.tpu.path):  # whoever looks at what is attached will say what is to be done
            self._rest(_LOOK_S, opened)
            return
        attempt = self._ladder.failed(held_s)
        if attempt.wait_s:
            self._tell_and_log("wait", f"{lost}; it is tried again in {attempt.wait_s:.0f} s")
        if self._rest(attempt.wait_s, opened) and attempt.resets:
            self._reset()
        if not self._stops:
            self._tell_and_log("restart", str(lost))

    def _fall_back(self, lost: Exception, opened: Sequence[OpenedModel], remedy: str = "") -> str:
        """Have the CPU compute; the reason."""
        self.error = reason = not_working(self.tpu.name, lost)
        self._models.fall_back(opened, reason, remedy)
        return reason

    def _fall_back_refused(self) -> None:
        """Have the CPU compute what this worker cannot run, and tell what was not told before."""
        for one, reason in self._models.fall_back_refused():
            self._tell("wait", reason, (one.user,))
            self._log.refused(one, reason)

    def _reset(self) -> None:
        self._reset_s = time.monotonic()
        refused = reset_usb(self._files.path(self.tpu.node), self._stop.fd)
        self._reset_s = time.monotonic()
        self._tell_and_log("reset", f"refused: {refused}" if refused else "done")
        if not refused:
            self._stop.wait(_SETTLE_S)

    def _rest(self, wait_s: float, opened: Sequence[OpenedModel]) -> bool:
        """Wait, but not once there is something new that may help; whether the time is over."""
        node, until_s = self.tpu.node, time.monotonic() + wait_s
        while (left_s := until_s - time.monotonic()) > 0:
            if self._stops or self._models.have_others_than(opened) or self.tpu.node != node:
                return False
            self._wake.wait(left_s)
        return True

    def _tell_and_log(self, kind: StepKind, why: str) -> None:
        self._log.step(self._tell(kind, why))

    def _tell(self, kind: StepKind, why: str, users: tuple[str, ...] = ()) -> Step:
        step = Step(kind, self.tpu.name, users or self._models.users(), why, time.monotonic_ns())
        self.has_begun = self.has_begun or kind in ("ready", "lost")
        self._on_step(step)
        return step
