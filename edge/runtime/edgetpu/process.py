"""The worker that holds an EdgeTPU, seen from the process that wants something computed."""

from __future__ import annotations

import select
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge.base.packets import ChannelError
from edge.runtime.edgetpu.channel import Done, LibraryVersion, ParentEnd, Refused
from edge.runtime.edgetpu.deadline import LONGEST_S
from edge.runtime.edgetpu.ending import how_it_ended, misfit
from edge.runtime.edgetpu.lost import Lost

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.runtime.edgetpu.channel import Answer
    from edge.runtime.edgetpu.deadline import Deadline
    from edge.runtime.edgetpu.memory import TensorMemory
    from edge.runtime.edgetpu.stderr_log import StderrLog
    from edge.runtime.edgetpu.variants import Tensors

_END_S = 0.2
"""How long a process may take at least to end after its socket is closed, so that its end can be told."""
_LONGEST_TURN_S = LONGEST_S / 2
"""How long an invoke may wait for those of other models, out of the time that it has itself."""
_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class WorkerModel:
    """A model for a worker: its file, what its tensors have to be, its inputs, and how long it may take there."""

    path: Path
    tensors: Tensors
    inputs: TensorMemory
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How workers are run. Without ``library`` all is computed on the CPU.

    ``options`` are those of libedgetpu, as ``("Performance", "High")``. To open an EdgeTPU whose firmware has to be
    loaded first, libedgetpu takes up to 25 s; the first invoke of a model brings its parameters there.
    """

    library: str = "libedgetpu.so.1"
    options: tuple[tuple[str, str], ...] = ()
    start_s: float = 40.0
    first_invoke_s: float = 5.0
    stop_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a worker has made of its models: of each in turn, why it cannot run there, or nothing where it can."""

    models: tuple[str, ...]
    library_version: str


@dataclass(frozen=True, slots=True)
class Started:
    """A process that has been told what to load; ``end_fd`` can be read once it has ended (pidfd_open(2))."""

    child: subprocess.Popen[bytes]
    end_fd: int
    channel: ParentEnd
    stderr: StderrLog


class WorkerProcess:
    """A process that runs models on an EdgeTPU. See :func:`edge.runtime.edgetpu.running.running_worker`.

    Once it is lost, however that came, it is of no use any more: everything raises :class:`Lost` at once.
    :meth:`invoke`, :meth:`outputs` and :meth:`kill` are for any thread, the rest for the one that entered the block.
    """

    def __init__(
        self,
        started: Started,
        models: Sequence[WorkerModel],
        outputs: Sequence[tuple[NDArray[Any], ...]],
        options: WorkerOptions,
    ) -> None:
        """``outputs`` are those of ``models``, in memory that the process writes to."""
        self.lost: Lost | None = None
        """Why it was lost first."""
        self._child, self._end_fd = started.child, started.end_fd
        self._channel, self._stderr = started.channel, started.stderr
        self._models = models
        self._outputs = outputs
        self._options = options
        self._version = ""
        self._number = 0
        self._latest: int | None = None
        self._has_run: set[int] = set()
        self._busy, self._losing = threading.Lock(), threading.Lock()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._child.pid

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone: what is stuck in the kernel cannot even be killed."""
        return self._child.poll() is not None

    def wait_loaded(self) -> Loaded:
        """Wait until it has loaded its models.

        Raises:
            Lost: it cannot (:class:`LibraryMissing`, :class:`Busy`), has ended, or takes longer than it may.
        """
        why = [""] * len(self._models)
        until_s = time.monotonic() + self._options.start_s
        while time.monotonic() < until_s:
            answer = self._receive(_LOOK_S, until_s)
            self._stderr.drain()
            if answer == "loaded":
                return Loaded(tuple(why), self._version)
            if isinstance(answer, LibraryVersion):
                self._version = answer.text
            elif isinstance(answer, Refused) and answer.model < len(why):
                why[answer.model] = answer.why
            elif answer is not None:
                raise self._lose(_not_understood())
        raise self._lose(Lost(f"it has not loaded its models within {self._options.start_s:g} s"))

    def warm(self, model: int) -> None:
        """Invoke a model for its effect on the EdgeTPU; nobody reads what comes of it.

        Raises:
            Lost: as of :meth:`invoke`.
        """
        self.invoke(model)
        self._stderr.drain()

    def invoke(self, model: int) -> None:
        """Run a model on what its inputs hold; afterwards its outputs are in place. Other threads run meanwhile.

        Raises:
            Lost: it has not answered by the model's deadline, has failed, or has ended.
        """
        until_s = time.monotonic() + LONGEST_S
        if not self._busy.acquire(timeout=_LONGEST_TURN_S):
            raise self._lose(Lost(f"it was busy with other models for {_LONGEST_TURN_S * 1000:.0f} ms"))
        try:
            self._invoke(model, until_s)
        finally:
            self._busy.release()

    def outputs(self, model: int) -> tuple[NDArray[Any], ...]:
        """What a model's last invoke gave, in the order of its file, to read; good as long as somebody has it."""
        return self._outputs[model]

    def watch(self, wake: int) -> None:
        """Wait until ``wake``, a descriptor, can be read; what is written to stderr meanwhile goes to the log.

        Raises:
            Lost: it has ended by itself, or was lost before.
        """
        while not self._look(wake):
            pass

    def kill(self) -> None:
        """End it at once, also where a thread waits for it, which then raises :class:`Lost`."""
        self._lose(Lost("it was ended"))

    def end(self) -> None:
        """Let it, where it is well, finish the invoke that runs and close the EdgeTPU; its stderr is read to here.

        One that is ended in the midst of a transfer may leave an EdgeTPU behind that has to be reset.
        """
        is_well = self.lost is None
        self.lost = self.lost or Lost("it was ended")
        is_idle = self._busy.acquire(timeout=self._options.stop_s)
        self._channel.hang_up()
        if is_idle:
            self._busy.release()
        if is_idle and is_well:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(self._options.stop_s)
        self._stderr.close()

    def _invoke(self, model: int, until_s: float) -> None:
        is_first, is_switch = model not in self._has_run, self._latest not in (None, model)
        self._latest = model
        self._number += 1
        deadline, began_s = self._models[model].deadline, time.monotonic()
        limit_s = max(0.0, min(deadline.limit_s(is_switch=is_switch), until_s - began_s))
        if is_first:
            limit_s = self._options.first_invoke_s
        answer = self._receive(limit_s, until_s, model)
        if answer is None:
            raise self._lose(Lost(f"it did not answer within {limit_s * 1000:.0f} ms"))
        if not (isinstance(answer, Done) and answer.number == self._number):
            raise self._lose(_not_understood())
        if not is_first:
            deadline.took(time.monotonic() - began_s, is_switch=is_switch)
        self._has_run.add(model)

    def _receive(self, timeout_s: float, until_s: float, model: int | None = None) -> Answer | None:
        """Its next answer, after it was told to run ``model``; None where none comes in time.

        Where it ends instead, there is time until ``until_s`` to see how.
        """
        if self.lost is not None:
            raise _anew(self.lost)
        try:
            if model is not None:
                self._channel.invoke(model, self._number)
            return self._channel.receive(timeout_s)
        except ChannelError as error:
            raise self._lose(self._how_it_ended(error, until_s)) from error
        except Lost as lost:
            raise self._lose(_anew(lost)) from lost

    def _look(self, wake: int) -> bool:
        """Wait for anything to happen; whether it is ``wake`` that can be read."""
        if self.lost is not None:
            raise _anew(self.lost)
        poll = select.poll()
        for fd in (wake, self._end_fd, self._stderr.fd):
            if fd is not None:
                poll.register(fd, select.POLLIN)
        ready = {fd for fd, _ in poll.poll()}
        self._stderr.drain()
        if self._end_fd in ready:
            raise self._lose(self._how_it_ended(ChannelError(), until_s=0.0))
        return wake in ready

    def _lose(self, lost: Lost) -> Lost:
        """Kill it, for what is stuck in the kernel heeds no SIGTERM; what to raise: why it was lost first."""
        with self._losing:
            self.lost = self.lost or lost
        self._child.kill()
        self._channel.hang_up()
        return _anew(self.lost)

    def _how_it_ended(self, error: ChannelError, until_s: float) -> Lost:
        if self.lost is not None:
            return self.lost
        poll = select.poll()
        poll.register(self._end_fd, select.POLLIN)
        if not poll.poll(1000 * min(max(_END_S, until_s - time.monotonic()), LONGEST_S)):
            return Lost(str(error))
        status = self._child.wait()  # at once; poll() of another thread at the same time would see nothing
        self._stderr.drain()
        advice = "" if self._has_run else misfit(status, self._version)
        return Lost(how_it_ended(status, self._stderr.reason) + advice)


def _anew(lost: Lost) -> Lost:
    """The same without a traceback, which would keep the worker and its memory alive."""
    return type(lost)(str(lost))


def _not_understood() -> Lost:
    return Lost("it says what nobody can understand")
