"""A monitor at an output of a graphics card, where there is no desktop."""

from __future__ import annotations

import errno
import logging
import os
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from edge.monitor.kms import abi
from edge.monitor.kms.buffer import DumbBuffer
from edge.monitor.kms.device import Card
from edge.monitor.kms.modes import choose_mode, mode_name
from edge.monitor.screen import ScreenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.monitor.connectors import Connector
    from edge.monitor.kms.device import Output
    from edge.types import ImageArray

log = logging.getLogger(__name__)

FLIP_TIMEOUT_S = 2.0
BUFFER_COUNT = 2

_GONE = "is gone; plug the monitor in again"
_TAKEN = (
    'Another program is drawing on the screen (a desktop, or rpicam-hello). Stop it, or set display.backend = "none".'
)
_REMEDIES = {
    errno.ENOENT: _GONE,
    errno.ENXIO: _GONE,
    errno.ENODEV: _GONE,
    errno.EPERM: 'may not be used by this service; its unit needs "DeviceAllow=char-drm rw"',
    errno.ENOMEM: "has no memory left for a picture; give the monitor a smaller size, or end other programs",
    errno.ENOSYS: "has a driver that shows no plain pictures; use another output",
    errno.ENOSPC: "drives as many monitors as it can; unplug another one",
}


class KmsScreen:
    """The monitor at a connector, ours alone, in a mode of its own; implements :class:`edge.monitor.screen.Screen`.

    The kernel brings its console back when the process ends, in whatever way.

    Raises:
        ScreenError: no monitor there, no right to use it, or another program draws on it.
    """

    def __init__(self, connector: Connector, open_card: Callable[[str], Card] = Card) -> None:
        self._name, self._path = connector.name, connector.device
        self._is_awake = True
        with ExitStack() as opened, self._explained():
            self._card = self._open(open_card)
            opened.callback(self._card.close)
            self._card.become_master()
            self._output = self._monitor()
            self._mode = self._best_mode()
            self._buffers = [self._buffer(opened) for _ in range(BUFFER_COUNT)]
            self._crtc_id = self._card.crtc_for(self._output)
            opened.callback(self._put_back, self._card.crtc(self._crtc_id))
            self._light()
            self._opened = opened.pop_all()
        log.info("%s shows %s", self._name, mode_name(self._mode))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        return int(self._mode.hdisplay), int(self._mode.vdisplay)

    @property
    def is_closed(self) -> bool:
        """Never: there is no window that somebody could close."""
        return False

    def show(self, image: ImageArray) -> None:
        """Show ``(height, width, 3) uint8`` RGB of its size at the next refresh; nothing while the panel is off.

        Raises:
            ScreenError: the screen is lost.
        """
        if not self._is_awake:
            return
        shown, hidden = self._buffers
        with self._explained():
            hidden.write(image)
            if not self._card.flip(self._crtc_id, hidden.fb_id, FLIP_TIMEOUT_S):
                raise ScreenError(f"{self._name} has not taken a picture for {FLIP_TIMEOUT_S:g} s; replug the monitor")
        self._buffers = [hidden, shown]

    def set_awake(self, *, awake: bool) -> None:
        """Switch the panel on, or off to save it.

        Raises:
            ScreenError: the screen is lost.
        """
        with self._explained():
            self._card.set_power(self._output, abi.POWER_ON if awake else abi.POWER_OFF)
        self._is_awake = awake

    def close(self) -> None:
        """Leave the screen as it was found; safe to call twice."""
        self._opened.close()

    def _open(self, open_card: Callable[[str], Card]) -> Card:
        try:
            return open_card(self._path)
        except PermissionError as error:
            if error.errno == errno.EPERM:
                raise
            raise ScreenError(
                f"{self._path} may not be opened by this user; add the user to the group video"
            ) from error

    def _monitor(self) -> Output:
        output = self._card.output(self._name)
        if output is None:
            raise ScreenError(f"{self._path} has no output {self._name}; see display.connector")
        if not output.is_connected:
            raise ScreenError(f"No monitor on {self._name}; plug one in, or see to its cable.")
        return output

    def _best_mode(self) -> abi.ModeInfo:
        mode = choose_mode(self._output.modes)
        if mode is None:
            raise ScreenError(
                f"The monitor on {self._name} does not say what pictures it takes; try another cable or adapter, or add"
                f" video={self._name}:1920x1080M@60D to the kernel's command line"
            )
        return mode

    def _buffer(self, opened: ExitStack) -> DumbBuffer:
        buffer = DumbBuffer(self._card, *self.size)
        opened.callback(buffer.close)
        return buffer

    def _light(self) -> None:
        """Set the mode in full, however the screen was left: a monitor that was replugged needs it to show anything."""
        shown = abi.Crtc(crtc_id=self._crtc_id, fb_id=self._buffers[0].fb_id, mode_valid=1, mode=self._mode)
        self._card.set_crtc(shown, self._output.connector_id)
        with suppress(OSError):  # not every driver has a mouse pointer
            self._card.hide_cursor(self._crtc_id)

    def _put_back(self, found: abi.Crtc) -> None:
        """Show again what was shown before, such as the kernel's console, where that is still there."""
        if found.mode_valid and found.fb_id:
            with suppress(OSError):
                self._card.set_crtc(found, self._output.connector_id)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            number = error.errno or 0
            if number in {errno.EACCES, errno.EBUSY}:  # who is not the master of a card's screens may only look at them
                raise ScreenError(_TAKEN) from error
            remedy = _REMEDIES.get(number, f"failed ({os.strerror(number)}); replug the monitor, or restart the device")
            raise ScreenError(f"{self._path} with {self._name} {remedy}") from error
