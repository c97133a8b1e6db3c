"""The process that draws: ``python -m edge.monitor.child PARENT KIND WORD… SOCKET MEMORY``.

It opens a screen, asks for what is to be shown, paints it and shows it, over and over. It ends when its parent does,
when its socket is closed, on SIGTERM, or when the screen is lost; what it leaves behind is up to the kernel, or to the
display server.

``KIND`` is ``kms``, with the names of card and connector, ``window`` or ``full-screen``, with a title.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

from edge.base.child import be_first_to_end, end_with, what_happened
from edge.base.packets import ChannelError
from edge.monitor.channel import ChildEnd
from edge.monitor.screen import ScreenError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.monitor.screen import Screen
    from edge.monitor.view import View
    from edge.types import ImageArray

LOOK_S = 0.1
"""How often it is looked whether a person has closed the window."""
_NICE = 10


class Painter(Protocol):
    """What makes a picture of a view."""

    def paint(self, view: View, size: tuple[int, int]) -> ImageArray:
        """``(height, width, 3) uint8`` RGB of that width and height, which may be its own buffer."""
        ...


def serve(channel: ChildEnd, screen: Screen, painter: Painter) -> None:
    """Show what comes until a person closes the window.

    Raises:
        ChannelError: nobody is there any more who has something to show.
        ScreenError: the screen is lost.
    """
    is_awake = True
    channel.say_ready(None, time.monotonic_ns())
    while not screen.is_closed:
        order = channel.receive(LOOK_S)
        if order is None:
            continue
        number = None
        if order == "sleep":
            screen.set_awake(awake=False)
        else:
            image = painter.paint(order, screen.size)
            if not is_awake:
                screen.set_awake(awake=True)
            screen.show(image)
            number = order.picture.number if order.picture else None
        is_awake = order != "sleep"
        channel.say_ready(number, time.monotonic_ns())
    channel.say_closed()


def run(channel: ChildEnd, open_screen: Callable[[], Screen], new_painter: Callable[[], Painter]) -> NoReturn:
    """Serve, tell what went wrong, and end this process without a look back.

    What libraries do at the end may hang: SDL's does where the display server is gone.
    """
    try:
        painter, screen = new_painter(), open_screen()
        try:
            serve(channel, screen, painter)
        finally:
            screen.close()
    except (ChannelError, SystemExit):
        pass  # nobody is there to tell
    except ScreenError as error:
        channel.say_failed(str(error))
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told where somebody reads it
        channel.say_failed(what_happened(error))
    os._exit(0)


def main(arguments: Sequence[str]) -> NoReturn:
    """Draw what the parent sends."""
    parent, kind, *words, socket, memory = arguments
    end_with(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that the screen is closed
    _make_way()
    run(ChildEnd(int(socket), int(memory)), lambda: open_screen(kind, *words), _new_painter)


def _make_way() -> None:
    """Leave processor and memory to inference, where they do not suffice for both; containers may forbid it.

    A session has a group of its own where the kernel groups processes for scheduling, and there niceness counts among
    the members of a group alone (sched(7)).
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _NICE)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICE))
    be_first_to_end()


def open_screen(kind: str, *words: str) -> Screen:
    """The screen that is meant; only what that needs is imported.

    Raises:
        ScreenError: it is not there, or cannot be used.
    """
    if kind == "kms":
        from edge.monitor.connectors import Connector  # noqa: PLC0415
        from edge.monitor.kms.screen import KmsScreen  # noqa: PLC0415

        card, name = words
        return KmsScreen(Connector(card, name, "connected"))
    # pygame would load it for an icon, which takes longer than all else of pygame; without it, it looks beside itself.
    sys.modules.setdefault("pkg_resources", None)  # type: ignore[arg-type]  # by None it is told to be missing
    try:
        from edge.monitor.window import WindowScreen  # noqa: PLC0415
    except ImportError as error:
        raise ScreenError(f"a window needs pygame: install python3-pygame ({error})") from error
    return WindowScreen(*words, is_full_screen=kind == "full-screen")


def _new_painter() -> Painter:
    import cv2  # noqa: PLC0415

    from edge.monitor.picture import ScreenPainter  # noqa: PLC0415

    cv2.setNumThreads(1)
    return ScreenPainter()


if __name__ == "__main__":
    main(sys.argv[1:])
