"""The process that draws, seen from the one that runs the appliance."""

from __future__ import annotations

import subprocess
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.base.child import running_child
from edge.base.packets import ChannelError
from edge.monitor.channel import Failed, ParentEnd, Ready
from edge.monitor.screen import ScreenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Literal

    from edge.monitor.channel import Order


_STDERR = 2
"""Libraries for screens say there why they end a process."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long it may take the process to be ready first (``start_s``), to show something, and to end when asked.

    They are for one that hangs: beside models that keep every core busy it gets little of the processor, and a small
    board takes many times as long as it otherwise would.
    """

    start_s: float = 120.0
    silence_s: float = 20.0
    stop_s: float = 2.0


class ScreenProcess:
    """A process that shows what it is given, and asks for more; used by one thread. See :func:`running_screen`."""

    def __init__(self, channel: ParentEnd, child: subprocess.Popen[bytes], limits: Limits) -> None:
        self._channel = channel
        self._child = child
        self._limits = limits
        self._answers_by_s = time.monotonic() + limits.start_s
        self.is_ready = False
        """Whether it waits for something to do."""

    def give(self, order: Order) -> None:
        """Have it show a view, or sleep; only while it is ready.

        Raises:
            ScreenError: it has ended.
        """
        self.is_ready = False
        self._answers_by_s = time.monotonic() + self._limits.silence_s
        try:
            if order == "sleep":
                self._channel.sleep()
            else:
                self._channel.show(order)
        except ChannelError as error:
            raise self._failure(error) from error

    def kill(self) -> None:
        """End it at once, without a chance to show anything more."""
        self._child.kill()

    def receive(self, timeout_s: float) -> Ready | Literal["closed"] | None:
        """What it says; None where it says nothing in time.

        Raises:
            ScreenError: it has no screen any more, has ended, or has not answered for so long that it never will.
        """
        try:
            answer = self._channel.receive(timeout_s)
        except ChannelError as error:
            raise self._failure(error) from error
        if isinstance(answer, Failed):
            raise ScreenError(answer.why)
        if answer is None and not self.is_ready and time.monotonic() > self._answers_by_s:
            raise ScreenError("the process that draws does not answer any more")
        self.is_ready = self.is_ready or isinstance(answer, Ready)
        return answer

    def _failure(self, error: ChannelError) -> ScreenError:
        try:
            status = self._child.wait(self._limits.stop_s)
        except subprocess.TimeoutExpired:
            return ScreenError(f"the process that draws: {error}")
        return ScreenError(f"the process that draws has ended, with status {status}")


@contextmanager
def running_screen(command: Sequence[str], limits: Limits | None = None) -> Iterator[ScreenProcess]:
    """A process that draws, for the block; ``command`` gets the numbers of its socket and of the memory as last words.

    Raises:
        ScreenError: it cannot be started.
    """
    limits = limits or Limits()
    with closing(ParentEnd()) as channel, ExitStack() as stack:
        fds = channel.child_fds
        child = running_child([*command, *map(str, fds)], stop_s=limits.stop_s, pass_fds=fds, stderr=_STDERR)
        try:
            process = stack.enter_context(child)
        except OSError as error:
            raise ScreenError(f"the process that draws cannot be started: {error}") from error
        channel.leave_to_child()
        yield ScreenProcess(channel, process, limits)
