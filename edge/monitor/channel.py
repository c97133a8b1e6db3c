"""What the process that draws and the one that runs the appliance have in common: a socket and some memory.

The memory holds what is to be shown, pixels first, then the rest of the :class:`View` as a pickle; the socket carries
short messages of a fixed form. The side that draws asks for the next view when it has shown the last one, and the other
writes nothing before. A pickle goes to the child only: what it says back is looked at strictly, for a process that
libraries of all kinds have a hand in can say anything.
"""

from __future__ import annotations

import mmap
import os
import pickle
import socket
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from edge.base.packets import ChannelError, packet_sockets, receive_packet, send_packet
from edge.base.shared_memory import shared_memory

if TYPE_CHECKING:
    from edge.monitor.view import Picture, View
    from edge.types import ImageArray

_ORDER = struct.Struct("<BQQ")
"""Which order, then how many bytes of pixels and how many of pickle are in the memory."""
_SHOW, _SLEEP = 1, 2
_READY = struct.Struct("<BqQ")
"""That it is ready, the number of the frame that was shown last, and when that was seen."""
_SAYS_READY, _SAYS_CLOSED, _SAYS_FAILED = 1, 2, 3
_MAX_ANSWER_BYTES = 2048
_NO_FRAME = -1
_NO_PIXELS: Final[ImageArray] = np.empty((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Ready:
    """The child can show the next view; ``number`` is the frame it has just shown, None where it was none.

    ``seen_ns`` is when that was on the screen, on ``time.monotonic_ns``.
    """

    number: int | None
    seen_ns: int


@dataclass(frozen=True, slots=True)
class Failed:
    """The child ends, for there is no screen; ``why`` is a sentence."""

    why: str


Answer: TypeAlias = Ready | Failed | Literal["closed"]
"""``closed``: a person has closed the window."""
Order: TypeAlias = "View | Literal['sleep']"


class ParentEnd:
    """The end of the process that has something to show; used by one thread."""

    def __init__(self) -> None:
        self._socket, self._child_socket = packet_sockets()
        self._memory = shared_memory("edge-monitor")
        self._map: mmap.mmap | None = None

    @property
    def child_fds(self) -> tuple[int, int]:
        """What the child has to inherit: its socket and the memory."""
        return self._child_socket.fileno(), self._memory

    def leave_to_child(self) -> None:
        """To be called once the child has its own copies: from then on its end is noticed."""
        self._child_socket.close()

    def show(self, view: View) -> None:
        """Have the child show a view; only after it was ready.

        Raises:
            ChannelError: it is gone.
        """
        pixels = view.picture.image if view.picture else None
        if view.picture and pixels is not None:
            view = replace(view, picture=replace(view.picture, image=_NO_PIXELS))
        packed = pickle.dumps(view, pickle.HIGHEST_PROTOCOL)
        size = 0 if pixels is None else pixels.nbytes
        memory = self._memory_of(size + len(packed))
        if pixels is not None:
            np.copyto(np.frombuffer(memory, np.uint8, size).reshape(pixels.shape), pixels)
        memory[size : size + len(packed)] = packed
        send_packet(self._socket, _ORDER.pack(_SHOW, size, len(packed)))

    def sleep(self) -> None:
        """Have the child switch the panel off, until the next view; only after it was ready.

        Raises:
            ChannelError: it is gone.
        """
        send_packet(self._socket, _ORDER.pack(_SLEEP, 0, 0))

    def receive(self, timeout_s: float) -> Answer | None:
        """What the child says; None where it says nothing in time.

        Raises:
            ChannelError: it is gone, or its words have no meaning.
        """
        message = receive_packet(self._socket, _MAX_ANSWER_BYTES, timeout_s)
        return None if message is None else _answer(message)

    def close(self) -> None:
        """Give everything back."""
        self._socket.close()
        self._child_socket.close()
        if self._map is not None:
            self._map.close()
        os.close(self._memory)

    def _memory_of(self, size: int) -> mmap.mmap:
        """The memory, with room for so many bytes; it only grows."""
        if self._map is None or len(self._map) < size:
            if self._map is not None:
                self._map.close()
            os.ftruncate(self._memory, size)
            self._map = mmap.mmap(self._memory, size)
        return self._map


class ChildEnd:
    """The end of the process that draws, made from what it inherited; used by one thread.

    Each method raises :class:`ChannelError` where the other side is gone.
    """

    def __init__(self, socket_fd: int, memory_fd: int) -> None:
        self._socket = socket.socket(fileno=socket_fd)
        self._memory = memory_fd
        self._map: mmap.mmap | None = None

    def receive(self, timeout_s: float) -> Order | None:
        """What is to be done; None where nothing is in time. Pixels are read-only, and good until :meth:`say_ready`."""
        message = receive_packet(self._socket, _ORDER.size, timeout_s)
        if message is None:
            return None
        order, pixels, packed = _ORDER.unpack(message)
        return "sleep" if order == _SLEEP else self._view(pixels, packed)

    def say_ready(self, number: int | None, seen_ns: int) -> None:
        """Ask for the next view."""
        send_packet(self._socket, _READY.pack(_SAYS_READY, _NO_FRAME if number is None else number, seen_ns))

    def say_closed(self) -> None:
        """A person has closed the window."""
        send_packet(self._socket, bytes([_SAYS_CLOSED]))

    def say_failed(self, why: str) -> None:
        """There is no screen; ``why`` is a sentence, cut where it is very long."""
        text = why.encode(errors="replace")[: _MAX_ANSWER_BYTES - 1]
        send_packet(self._socket, bytes([_SAYS_FAILED]) + text)

    def close(self) -> None:
        """Give everything back, but pixels that somebody has."""
        self._socket.close()
        os.close(self._memory)

    def _view(self, pixels: int, packed: int) -> View:
        memory = self._memory_of(pixels + packed)
        view: View = pickle.loads(memory[pixels : pixels + packed])  # noqa: S301  # from the process that started us
        if view.picture and pixels:
            image = np.frombuffer(memory, np.uint8, pixels).reshape(_shape(view.picture))
            view = replace(view, picture=replace(view.picture, image=image))
        return view

    def _memory_of(self, size: int) -> mmap.mmap:
        """The memory, mapped anew where it has grown; the map before goes with the last pixels of it."""
        if self._map is None or len(self._map) < size:
            self._map = mmap.mmap(self._memory, 0, prot=mmap.PROT_READ)
        return self._map


def _shape(picture: Picture) -> tuple[int, ...]:
    if picture.pixel_format == "rgb":
        return picture.height, picture.width, 3
    return picture.height * 3 // 2, picture.width


def _answer(message: bytes) -> Answer:
    kind, rest = message[0], message[1:]
    if kind == _SAYS_READY and len(message) == _READY.size:
        _, number, seen_ns = _READY.unpack(message)
        return Ready(None if number == _NO_FRAME else number, seen_ns)
    if kind == _SAYS_CLOSED and not rest:
        return "closed"
    if kind == _SAYS_FAILED and rest:
        return Failed(rest.decode(errors="replace"))
    raise ChannelError.not_understood()
