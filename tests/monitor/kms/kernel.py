"""A stand-in for the kernel: a graphics card whose memory is a file and whose events are read from its end."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.monitor.kms import abi

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from edge.types import ImageArray

PAGE = 4096
PITCH_PADDING = 64
MEMORY_BYTES = 1 << 23
DPMS, OTHER_PROPERTY = 7, 6
CONSOLE_FB = 99


def mode(width: int, height: int, rate: int = 60, *, kind: int = 0, flags: int = 0) -> abi.ModeInfo:
    return abi.ModeInfo(hdisplay=width, vdisplay=height, vrefresh=rate, type=kind, flags=flags)


@dataclass
class Plug:
    """A connector: its type and number, whether a monitor is there with which modes, and its encoders."""

    kind: int = 11
    number: int = 1
    connection: int = 1
    modes: tuple[abi.ModeInfo, ...] = (mode(64, 32, kind=abi.MODE_PREFERRED),)
    encoder: int = 0
    encoders: tuple[int, ...] = (21,)


@dataclass
class Kernel:
    """Answers the ioctls of one card; what is asked for and what is shown can be looked at."""

    path: Path
    plugs: dict[int, Plug] = field(default_factory=lambda: {41: Plug()})
    crtcs: dict[int, abi.Crtc] = field(default_factory=lambda: {31: abi.Crtc(), 32: abi.Crtc()})
    encoders: dict[int, tuple[int, int]] = field(default_factory=lambda: {21: (0, 0b01), 22: (0, 0b11)})
    """CRTC and possible CRTCs of each."""
    failing: dict[int, int] = field(default_factory=dict)
    """What error an ioctl ends with."""
    power: dict[int, int] = field(default_factory=dict)
    cursors: list[int] = field(default_factory=list)
    flips: list[int] = field(default_factory=list)
    connected_to: dict[int, int] = field(default_factory=dict)
    frames: dict[int, abi.Framebuffer] = field(default_factory=dict)
    memory: dict[int, int] = field(default_factory=dict)
    is_stuck: bool = False

    def __post_init__(self) -> None:
        self.path.write_bytes(bytes(MEMORY_BYTES))
        self._end = self._next = 0

    def picture(self, fb_id: int) -> ImageArray:
        """``(height, width, 4)`` of a framebuffer."""
        frame = self.frames[fb_id]
        start = self.memory[frame.handle]
        data = np.frombuffer(self.path.read_bytes(), np.uint8)[start : start + frame.height * frame.pitch]
        return data.reshape(frame.height, frame.pitch)[:, : 4 * frame.width].reshape(frame.height, frame.width, 4)

    def __call__(self, fd: int, request: int, argument: Any) -> None:
        if request in self.failing:
            raise OSError(self.failing[request], os.strerror(self.failing[request]))
        handlers: dict[int, Callable[[Any], object]] = {
            abi.SET_MASTER: lambda _nothing: None,
            abi.GETRESOURCES: self._resources,
            abi.GETCONNECTOR: self._connector,
            abi.GETENCODER: self._encoder,
            abi.GETCRTC: lambda asked: _copy(self.crtcs[asked.crtc_id], asked),
            abi.SETCRTC: self._set_crtc,
            abi.CURSOR: lambda asked: self.cursors.append(asked.crtc_id),
            abi.GETPROPERTY: lambda asked: setattr(asked, "name", b"DPMS" if asked.prop_id == DPMS else b"EDID"),
            abi.SETPROPERTY: lambda asked: self.power.update({asked.connector_id: asked.value}),
            abi.CREATE_DUMB: self._create,
            abi.MAP_DUMB: lambda asked: setattr(asked, "offset", self.memory[asked.handle]),
            abi.ADDFB: self._add_frame,
            abi.RMFB: lambda number: self.frames.pop(number.value),
            abi.DESTROY_DUMB: lambda handle: self.memory.pop(handle.value),
            abi.PAGE_FLIP: lambda asked: self._flip(fd, asked),
        }
        handlers[request](argument)

    def _resources(self, asked: Any) -> None:
        _fill(asked.crtc_id_ptr, asked.count_crtcs, tuple(self.crtcs))
        _fill(asked.connector_id_ptr, asked.count_connectors, tuple(self.plugs))
        asked.count_crtcs, asked.count_connectors = len(self.crtcs), len(self.plugs)

    def _connector(self, asked: Any) -> None:
        plug = self.plugs[asked.connector_id]
        properties = (OTHER_PROPERTY, DPMS)
        if asked.modes_ptr and asked.count_modes >= len(plug.modes):
            room = (abi.ModeInfo * len(plug.modes)).from_address(asked.modes_ptr)
            room[:] = list(plug.modes)
        _fill(asked.encoders_ptr, asked.count_encoders, plug.encoders)
        _fill(asked.props_ptr, asked.count_props, properties)
        asked.count_modes, asked.count_encoders, asked.count_props = len(plug.modes), len(plug.encoders), 2
        asked.connector_type, asked.connector_type_id = plug.kind, plug.number
        asked.connection, asked.encoder_id = plug.connection, plug.encoder

    def _encoder(self, asked: Any) -> None:
        asked.crtc_id, asked.possible_crtcs = self.encoders[asked.encoder_id]

    def _set_crtc(self, asked: Any) -> None:
        (connector,) = (ctypes.c_uint32 * asked.count_connectors).from_address(asked.set_connectors_ptr)
        self.connected_to[asked.crtc_id] = connector
        self.crtcs[asked.crtc_id] = _copy(asked, abi.Crtc())

    def _create(self, asked: Any) -> None:
        asked.pitch = 4 * asked.width + PITCH_PADDING
        asked.size = -(-asked.pitch * asked.height // PAGE) * PAGE
        asked.handle = len(self.memory) + 1
        self.memory[asked.handle] = self._next
        self._next += asked.size

    def _add_frame(self, asked: Any) -> None:
        asked.fb_id = 50 + len(self.frames)
        self.frames[asked.fb_id] = _copy(asked, abi.Framebuffer())

    def _flip(self, fd: int, asked: Any) -> None:
        self.flips.append(asked.fb_id)
        self.crtcs[asked.crtc_id].fb_id = asked.fb_id
        os.lseek(fd, 0, os.SEEK_END)
        if not self.is_stuck:
            # What else may come first: a vertical blank.
            events = b"".join(bytes(abi.Event(kind, 32)) + bytes(24) for kind in (1, abi.FLIP_COMPLETE))
            with self.path.open("ab") as end:
                end.write(events)


def _copy(source: Any, target: Any) -> Any:
    ctypes.memmove(ctypes.addressof(target), ctypes.addressof(source), ctypes.sizeof(source))
    return target


def _fill(pointer: int, count: int, numbers: Sequence[int]) -> None:
    """As the kernel does: only an array that has room for all is filled."""
    if count >= len(numbers) and pointer:
        room = (ctypes.c_uint32 * len(numbers)).from_address(pointer)
        room[:] = list(numbers)
