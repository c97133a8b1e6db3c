"""What a worker and the process that has started it say to each other.

First the worker is told what to load, as a pickle. It answers with the version of libedgetpu, then with each model that
cannot run there, then that it has loaded. From then on it is told which model to invoke, and says when it has; tensors
lie in memory that both have. Nothing that it says is unpickled or believed: its library may have it say anything.
"""

from __future__ import annotations

import pickle
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from edge.base.packets import ChannelError, packet_sockets, receive_packet, send_packet
from edge.runtime.edgetpu.lost import Busy, LibraryMissing, Lost

if TYPE_CHECKING:
    from edge.runtime.edgetpu.devices import EdgeTpu
    from edge.runtime.edgetpu.variants import Tensors

_INVOKE = struct.Struct("<IQ")
"""Which model, and the number of the invoke."""
_DONE = struct.Struct("<BQ")
"""That it is done, and the number of the invoke."""
_REFUSED = struct.Struct("<BI")
"""That a model cannot run, and which; then why, as text."""
_SAYS_LIBRARY, _SAYS_REFUSED, _SAYS_LOADED, _SAYS_DONE = 1, 2, 3, 4
_FAILURES = {5: Lost, 6: LibraryMissing, 7: Busy}
"""Then why, as text."""
_MAX_PLAN_BYTES = 64 * 1024
_MAX_ANSWER_BYTES = 2048


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """A file to load, what its tensors have to be, and the descriptors of the memory for inputs and outputs."""

    path: str
    tensors: Tensors
    inputs: int
    outputs: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is to load: models on ``tpu`` by ``library`` with its options, without one for the CPU."""

    tpu: EdgeTpu
    library: str
    options: tuple[tuple[str, str], ...]
    models: tuple[PlannedModel, ...]


@dataclass(frozen=True, slots=True)
class LibraryVersion:
    """What libedgetpu says of itself, before anything is loaded with it."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A model, by its place in the plan, that cannot run; ``why`` is a sentence."""

    model: int
    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """The invoke with this number has come to its end."""

    number: int


Answer: TypeAlias = LibraryVersion | Refused | Done | Literal["loaded"]


class ParentEnd:
    """The end of the process that has something to compute; one thread at a time asks and receives."""

    def __init__(self) -> None:
        self._socket, self._child_socket = packet_sockets()

    @property
    def child_fd(self) -> int:
        """What the child has to inherit."""
        return self._child_socket.fileno()

    def give(self, plan: Plan) -> None:
        """Tell the child, which has its own copy of its end by now, what to load; from now on its end is noticed.

        Raises:
            ChannelError: it is gone.
        """
        self._child_socket.close()
        send_packet(self._socket, pickle.dumps(plan, pickle.HIGHEST_PROTOCOL))

    def invoke(self, model: int, number: int) -> None:
        """Have a model run on what its inputs hold; only once it has loaded, and the last one is done.

        Raises:
            ChannelError: the child is gone.
        """
        send_packet(self._socket, _INVOKE.pack(model, number))

    def receive(self, timeout_s: float) -> Answer | None:
        """What the child says; None where it says nothing in time.

        Raises:
            Lost: it has failed, and says why.
            ChannelError: it is gone, or its words have no meaning.
        """
        message = receive_packet(self._socket, _MAX_ANSWER_BYTES, timeout_s)
        return None if message is None else _answer(message)

    def hang_up(self) -> None:
        """Have both ends notice that nobody is there, also one that waits right now; for any thread."""
        with suppress(OSError):  # nobody is there already
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give everything back."""
        self._socket.close()
        self._child_socket.close()


class ChildEnd:
    """The end of the worker, made from what it inherited.

    Each method raises :class:`ChannelError` where the other side is gone.
    """

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)

    def receive_plan(self) -> Plan:
        """What is to be loaded."""
        plan: Plan = pickle.loads(self._receive(_MAX_PLAN_BYTES))  # noqa: S301  # from the process that started us
        return plan

    def receive_invoke(self) -> tuple[int, int]:
        """Which model is to run, and the number of the invoke."""
        model, number = _INVOKE.unpack(self._receive(_INVOKE.size))
        return model, number

    def say_library(self, version: str) -> None:
        """What libedgetpu says of itself."""
        self._say(bytes([_SAYS_LIBRARY]), version)

    def say_refused(self, model: int, why: str) -> None:
        """A model cannot run here."""
        self._say(_REFUSED.pack(_SAYS_REFUSED, model), why)

    def say_loaded(self) -> None:
        """All others are ready to run."""
        send_packet(self._socket, bytes([_SAYS_LOADED]))

    def say_done(self, number: int) -> None:
        """The outputs are there."""
        send_packet(self._socket, _DONE.pack(_SAYS_DONE, number))

    def say_failed(self, failure: Lost) -> None:
        """This worker is of no use; it ends."""
        (kind,) = (kind for kind, error in _FAILURES.items() if error is type(failure))
        self._say(bytes([kind]), str(failure))

    def wait_hung_up(self) -> None:
        """Wait until the other side wants no more; what it says until then is left."""
        with suppress(ChannelError):
            while True:
                self._receive(_INVOKE.size)

    def _say(self, head: bytes, text: str) -> None:
        """A message with a text, cut where it is very long."""
        send_packet(self._socket, head + text.encode(errors="replace")[: _MAX_ANSWER_BYTES - len(head)])

    def _receive(self, size: int) -> bytes:
        message = receive_packet(self._socket, size, None)
        if message is None:
            raise ChannelError.not_understood()
        return message


def _answer(message: bytes) -> Answer:
    kind = message[0]
    if kind == _SAYS_DONE and len(message) == _DONE.size:
        return Done(_DONE.unpack(message)[1])
    if kind == _SAYS_LOADED and len(message) == 1:
        return "loaded"
    if kind == _SAYS_LIBRARY:
        return LibraryVersion(_text(message[1:]))
    if kind == _SAYS_REFUSED and len(message) > _REFUSED.size:
        return Refused(_REFUSED.unpack_from(message)[1], _text(message[_REFUSED.size :]))
    if kind in _FAILURES and len(message) > 1:
        raise _FAILURES[kind](_text(message[1:]))
    raise ChannelError.not_understood()


def _text(given: bytes) -> str:
    return given.decode(errors="replace")
