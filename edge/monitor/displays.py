"""The displays that a picture may be shown on, a desktop or a monitor, and which command shows it there."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Protocol

from edge.base.child import module_command
from edge.monitor import display_server
from edge.monitor.connectors import SYSFS, choose, connectors
from edge.monitor.desktop import boots_to_desktop
from edge.monitor.hotplug import Hotplug

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from edge.monitor.connectors import Connector
    from edge.monitor.settings import DisplaySettings

LOOK_S = 1.0
"""How often it is looked whether a monitor is still there, for outputs that tell nothing."""


class Display(Protocol):
    """One place for a picture; used by one thread."""

    @property
    def missing(self) -> str:
        """A sentence on why there is no picture where :meth:`find` finds nothing."""
        ...

    def find(self) -> Sequence[str] | None:
        """The command of the process that draws there, see :func:`edge.monitor.screen_process.running_screen`.

        None while there is nothing to draw on.
        """
        ...

    def has_changed(self) -> bool:
        """Whether something has come or gone since it was asked last, or found; cheap to ask."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class DesktopDisplay:
    """A window on the desktop, or all of its screen; its end is the drawing process's end."""

    def __init__(self, title: str, *, is_full_screen: bool = False) -> None:
        self._kind = "full-screen" if is_full_screen else "window"
        self._title = title
        self._is_there = False

    @property
    def missing(self) -> str:
        """That no desktop answers."""
        return "there is no desktop to open a window on; DISPLAY and WAYLAND_DISPLAY say which is meant"

    def find(self) -> Sequence[str] | None:
        """The command for a window."""
        self._is_there = display_server.is_there(os.environ)
        return drawing(self._kind, self._title) if self._is_there else None

    def has_changed(self) -> bool:
        """Whether a desktop has come; that one goes the process that draws notices by itself."""
        if self._is_there or not display_server.is_there(os.environ):
            return False
        self._is_there = True
        return True

    def close(self) -> None:
        """Nothing is held."""


class MonitorDisplay:
    """A monitor at an output of a graphics card, where there is no desktop; ``connector`` is a name, or ``auto``.

    ``yields``: on a machine that boots to a desktop it finds nothing, ever; the screen is the desktop's.
    """

    def __init__(
        self,
        connector: str,
        *,
        yields: bool = False,
        root: Path = SYSFS,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``root`` is where the kernel lists outputs; ``clock_s`` is monotonic."""
        self._wanted = connector
        self._yields = yields
        self._root = root
        self._clock_s = clock_s
        self._hotplug = Hotplug()
        self._found: Connector | None = None
        self._looked_s = 0.0

    @property
    def missing(self) -> str:
        """That none is plugged in, and where it is looked for; or that a desktop is to have it."""
        if self._yields and boots_to_desktop():
            return (
                "the screen is the desktop's; for a window on it run: edge run --window; for the picture alone:"
                " sudo systemctl set-default multi-user.target, and reboot"
            )
        found = [one.name for one in connectors(self._root) if one.has_plug]
        names = " or ".join(found) if self._wanted == "auto" else self._wanted
        return f"no monitor on {names}" if names else "no graphics card that a monitor could be plugged into"

    def find(self) -> Sequence[str] | None:
        """The command for the monitor that is there."""
        self._look()
        return drawing("kms", self._found.card, self._found.name) if self._found else None

    def has_changed(self) -> bool:
        """Whether a monitor has come or gone: another than before, or at another output."""
        if not self._hotplug.has_news() and self._clock_s() - self._looked_s < LOOK_S:
            return False
        before = self._found
        self._look()
        return self._found != before

    def close(self) -> None:
        """Listen no more."""
        self._hotplug.close()

    def _look(self) -> None:
        is_desktops = self._yields and boots_to_desktop()
        self._found = None if is_desktops else choose(connectors(self._root), self._wanted)
        self._looked_s = self._clock_s()


def drawing(kind: str, *words: str) -> list[str]:
    """The command line of :mod:`edge.monitor.child`."""
    return module_command("edge.monitor.child", str(os.getpid()), kind, *words)


def display_of(settings: DisplaySettings, title: str, *, is_service: bool, wants_window: bool) -> Display | None:
    """The place that is meant; None for no picture."""
    if wants_window:
        return DesktopDisplay(title)
    if settings.backend == "none" or (settings.backend == "auto" and not is_service):
        return None
    if display_server.wants_window(os.environ):
        return DesktopDisplay(title, is_full_screen=True)
    return MonitorDisplay(settings.connector, yields=settings.backend == "auto")
