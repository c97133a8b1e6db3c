"""The attached monitor: a sink whose picture is drawn by a process of its own."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from edge.base.heartbeat import Heartbeat
from edge.base.limited_log import LimitedLog
from edge.base.threads import WakeUp, make_way
from edge.monitor.channel import Ready
from edge.monitor.displays import display_of
from edge.monitor.newest import Newest
from edge.monitor.pacing import Pacing
from edge.monitor.restarts import Restarts
from edge.monitor.screen import ScreenError
from edge.monitor.screen_meter import ScreenMeter
from edge.monitor.screen_process import running_screen
from edge.types import MonitorStats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.monitor.displays import Display
    from edge.monitor.screen_process import Limits, ScreenProcess
    from edge.monitor.settings import DisplaySettings
    from edge.monitor.status import Status
    from edge.tasks.common.occupancy import Occupancy
    from edge.types import Frame, MonitorState, Result

TURN_S = 0.1
FIND_S = 0.5
"""How often it is looked for a monitor while there is none."""
STOP_S = 5.0
_REST_S = 60.0

_SHOWING = {"showing", "asleep"}

_log = logging.getLogger(__name__)


class _Plan(NamedTuple):
    """What is wanted of it."""

    settings: DisplaySettings
    only_skeletons: bool

    @property
    def place(self) -> object:
        """Where the picture is to be."""
        return self.settings.backend, self.settings.connector


class Monitor:
    """Shows frames and results on whatever screen there is, for as long as there is one.

    :meth:`take_frame` and :meth:`put` only store a reference, and never wait. All else is done by a thread of its own,
    and drawing by a process of its own: libraries for screens end the process that uses them, or hang for ever, when
    the screen goes. A process that ends or hangs is replaced. No monitor is no error: it is waited for.
    """

    def __init__(
        self,
        settings: DisplaySettings,
        device: str,
        status: Callable[[], Status],
        occupancy: Occupancy,
        *,
        is_service: bool,
        window: bool = False,
        only_skeletons: bool = False,
        heartbeat: Heartbeat | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Prepare; nothing happens before :meth:`start`.

        ``status`` is asked once a second at most, in the monitor's thread; ``occupancy`` is only read. ``window``: a
        person has asked for one. ``only_skeletons``: no pixel of the camera may be seen.
        """
        self._plan = _Plan(settings, only_skeletons)
        self._title = f"Edge – {device}"  # noqa: RUF001  # a dash
        self._is_service, self._wants_window = is_service, window
        self._heartbeat = heartbeat or Heartbeat("monitor")
        self._limits = limits
        self._wake_up = WakeUp()
        self._newest: Newest | None = None
        self._meter = ScreenMeter()
        self._pacing = Pacing(status, occupancy)
        self._restarts = Restarts()
        self._lines = LimitedLog(_log)
        self._state: MonitorState = "off"
        self._error: str | None = None
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="monitor", daemon=True)

    def start(self) -> None:
        """Begin to look for a monitor."""
        self._thread.start()

    def stop(self) -> None:
        """Take the picture away; takes a few seconds at most."""
        self._is_stopping = True
        self._wake_up.call()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def take_frame(self, frame: Frame) -> None:
        """Take a frame from the camera; never waits."""
        if newest := self._newest:
            newest.take_frame(frame)
            self._wake_up.call()

    def put(self, result: Result) -> None:
        """Take a result; never waits."""
        if newest := self._newest:
            newest.put(result)
            self._wake_up.call()

    def tune(self, settings: DisplaySettings, *, only_skeletons: bool) -> None:
        """Go on with other settings; for any thread."""
        self._plan = _Plan(settings, only_skeletons)
        self._wake_up.call()

    def stats(self) -> MonitorStats:
        """How it is doing; for any thread."""
        return MonitorStats(self._state, self._meter.fps(), self._meter.latency_ms(), self._error)

    def trouble(self) -> str:
        """Why nothing is shown although it should be; empty for nothing.

        Nobody misses a monitor where the picture is shown wherever that can be done.
        """
        is_wanted = self._plan.settings.backend == "screen" or self._wants_window
        return (self._error or "") if is_wanted else ""

    def _run(self) -> None:
        self._heartbeat.rest()
        make_way()
        while not self._is_stopping:
            try:
                self._serve(self._plan)
            except Exception as error:  # noqa: BLE001  # with a thread the whole appliance would end
                _log.debug("the monitor's thread goes on", exc_info=True)
                self._fail(f"{type(error).__name__}: {error}")
                self._restarts.failed()
                self._pause(self._restarts.wait_s() or TURN_S)
        self._state, self._error = "off", None

    def _serve(self, plan: _Plan) -> None:
        """Show a picture in the place that is meant, until another is."""
        display = display_of(plan.settings, self._title, is_service=self._is_service, wants_window=self._wants_window)
        if display is None:
            self._rest("off", plan)
            return
        with closing(display):
            self._attend(display, plan)

    def _attend(self, display: Display, plan: _Plan) -> None:
        """Show a picture there whenever that can be done and somebody may be looking, until it is wanted elsewhere."""
        was_missing = False
        while self._goes_on(plan) and self._state != "closed":
            self._heartbeat.rest()  # where it is looked for a monitor, that may be asked what it is, which takes time
            if display.has_changed():
                self._restarts.changed()
            if self._state == "asleep" and not self._pacing.is_awake(self._plan.settings):
                self._pause(TURN_S)  # its process has ended, and nobody misses it
            elif (command := display.find()) is None:
                was_missing = True
                self._miss(display.missing)
                self._pause(FIND_S)
            elif (wait_s := self._restarts.wait_s()) > 0:
                self._pause(min(wait_s, FIND_S))
            else:
                if was_missing:  # somebody has plugged it in
                    self._pacing.idle.notice()
                was_missing = False
                self._show_on(display, command, plan)
        if self._state == "closed":
            self._rest("closed", plan)

    def _show_on(self, display: Display, command: Sequence[str], plan: _Plan) -> None:
        """Show a picture until that ends."""
        if self._state != "retrying":
            self._state = "waiting"
        self._newest, began_s = Newest(), time.monotonic()
        self._pacing.begin(self._newest)
        try:
            with running_screen(command, self._limits) as process:
                self._feed(process, display, command, plan)
                if self._plan.only_skeletons and not plan.only_skeletons:
                    process.kill()
        except ScreenError as error:
            self._restarts.failed()
            if self._pacing.is_asleep:
                self._state = "asleep"  # nobody misses it
            else:
                self._fail(str(error))
        else:
            self._restarts.changed(time.monotonic() - began_s)
        finally:
            self._newest = None

    def _feed(self, process: ScreenProcess, display: Display, command: Sequence[str], plan: _Plan) -> None:
        """Give it what is new, until it is wanted elsewhere, or what it shows it on has changed.

        A monitor that is asleep may drop the line as if it were unplugged. Nobody is woken for that; on waking, another
        process sets its mode anew.
        """
        pacing, has_changed = self._pacing, False
        while self._goes_on(plan):
            self._heartbeat.rest()
            has_changed = display.has_changed() or has_changed
            if has_changed and (not pacing.is_asleep or pacing.is_awake(self._plan.settings)):
                return
            answer = process.receive(0.0 if process.is_ready else TURN_S)
            self._heartbeat.work()
            if answer == "closed":
                self._close()
                return
            if isinstance(answer, Ready):
                if not pacing.has_begun and display.find() != command:
                    return
                self._note(answer)
            elif process.is_ready and not self._give(process, plan):
                self._pause(TURN_S)

    def _give(self, process: ScreenProcess, plan: _Plan) -> bool:
        """Have it do what is due; False for nothing."""
        now = self._plan
        order = self._pacing.next_order(now.settings, only_skeletons=now.only_skeletons)
        if order is None or not self._goes_on(plan):
            return False
        process.give(order)
        return True

    def _note(self, answer: Ready) -> None:
        """Take in what the process that draws has done; its first word is that there is a screen."""
        pacing = self._pacing
        if not pacing.has_begun:
            return
        if self._state not in _SHOWING:
            self._meter.begin()
            self._lines.log(logging.INFO, "the monitor shows the picture")
        frame = pacing.shown.frame
        if frame is not None and answer.number == frame.number:
            self._meter.count(frame, answer.seen_ns)
        self._state, self._error = "asleep" if pacing.is_asleep else "showing", None

    def _fail(self, why: str) -> None:
        """Nothing can be shown on what is there; told once for as long as it stays the same."""
        if why != self._error:
            self._lines.log(logging.WARNING, "the monitor shows nothing: %s", why)
        self._state, self._error = "retrying", why

    def _miss(self, why: str) -> None:
        """There is nothing to show a picture on."""
        if why != self._error:
            self._lines.log(logging.INFO, "the monitor shows nothing: %s", why)
        self._state, self._error = "waiting", why

    def _close(self) -> None:
        _log.info("the window was closed; all else goes on")
        self._state, self._error = "closed", None

    def _rest(self, state: MonitorState, plan: _Plan) -> None:
        """Wait until it is wanted elsewhere; a window that a person asked for and then closed stays closed."""
        is_over = state == "closed" and self._wants_window
        while not self._is_stopping and (is_over or self._plan.place == plan.place):
            self._state, self._error = state, None
            self._pause(_REST_S)
        self._state = "off"

    def _pause(self, seconds: float) -> None:
        self._heartbeat.rest()
        self._wake_up.wait(seconds)

    def _goes_on(self, plan: _Plan) -> bool:
        """Whether the same process is to go on; the memory of another has never held a pixel of the camera."""
        now = self._plan
        is_there = self._wants_window or now.place == plan.place
        return not self._is_stopping and is_there and now.only_skeletons == plan.only_skeletons
