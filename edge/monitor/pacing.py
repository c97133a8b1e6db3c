"""What the monitor shows next, and when."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.monitor.idle import Idle
from edge.monitor.newest import Newest, Shown, without_pixels
from edge.monitor.view import Picture, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.monitor.channel import Order
    from edge.monitor.settings import DisplaySettings
    from edge.monitor.status import Status
    from edge.tasks.common.occupancy import Occupancy
    from edge.types import Frame

STATUS_S = 1.0
TOGETHER_S = 0.1
"""Other results wait this long for the next picture, so that each picture is painted once."""
ALWAYS_S = 0.5


class Pacing:
    """A new picture is shown at once, other results with it or after 0.1 s, and at least two views a second.

    It outlives the processes that draw: a monitor that is asleep is not woken by the end of one.
    """

    def __init__(
        self,
        status: Callable[[], Status],
        occupancy: Occupancy,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``status`` is asked once a second; ``clock_s`` is monotonic."""
        self._newest = Newest(clock_s)
        self._ask_status = status
        self._clock_s = clock_s
        self._status: Status | None = None
        self._asked_s = 0.0
        self.idle = Idle(occupancy, clock_s)
        self.has_begun = False
        """Whether anything was given."""
        self.is_asleep = False
        """Whether the panel is off, as nobody is there."""
        self.shown = Shown(None, ())
        """What was given last."""
        self._given_s = float("-inf")

    def begin(self, newest: Newest) -> None:
        """Go on with a process that shows nothing yet."""
        self._newest = newest
        self.has_begun = self.is_asleep = False
        self.shown, self._given_s = Shown(None, ()), float("-inf")

    def is_awake(self, settings: DisplaySettings) -> bool:
        """Whether somebody may be looking."""
        return self.idle.is_awake(self._status_now(), settings.idle_s)

    def next_order(self, settings: DisplaySettings, *, only_skeletons: bool) -> Order | None:
        """What is to be done now; None where nothing is new."""
        status = self._status_now()
        if not self.is_awake(settings):
            was_asleep, self.is_asleep, self.has_begun = self.is_asleep, True, True
            return None if was_asleep else "sleep"
        shown = self._newest.shown(status)
        if not self.is_asleep and not self._is_due(shown):
            return None
        self.has_begun, self.is_asleep = True, False
        self.shown, self._given_s = shown, self._clock_s()
        picture = _picture(shown.frame, only_skeletons=only_skeletons or settings.theme != "camera")
        silhouettes = settings.theme == "silhouette" and not only_skeletons
        results = tuple(without_pixels(result, with_masks=silhouettes) for result in shown.results)
        return View(picture, results, status, settings.mirror, silhouettes)

    def _is_due(self, shown: Shown) -> bool:
        waited_s = self._clock_s() - self._given_s
        if shown.frame is not self.shown.frame or waited_s >= ALWAYS_S:
            return True
        same = len(shown.results) == len(self.shown.results) and all(map(_is, shown.results, self.shown.results))
        return not same and waited_s >= TOGETHER_S

    def _status_now(self) -> Status:
        now_s = self._clock_s()
        if self._status is None or now_s - self._asked_s >= STATUS_S:
            self._status, self._asked_s = self._ask_status(), now_s
        return self._status


def _is(one: object, other: object) -> bool:
    return one is other


def _picture(frame: Frame | None, *, only_skeletons: bool) -> Picture | None:
    if frame is None:
        return None
    image = None if only_skeletons else frame.image
    return Picture(image, frame.pixel_format, frame.width, frame.height, frame.number, frame.captured_ns)
