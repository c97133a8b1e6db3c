"""A graphics card: its outputs, what they scan out, and their power.

The order of calls is that of the kernel's "Kernel Mode Setting" (gpu/drm-kms and gpu/drm-uapi), its older interface
without atomic commits, which every driver has.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import select
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from edge.monitor.kms import abi

if TYPE_CHECKING:
    from collections.abc import Callable

Asked = TypeVar("Asked", bound=ctypes.Structure | ctypes.c_uint32)

MS_PER_S = 1000
EVENT_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Output:
    """A connector and what is attached to it; ``encoder_id`` is 0 while it shows nothing."""

    connector_id: int
    is_connected: bool
    modes: tuple[abi.ModeInfo, ...]
    encoder_id: int
    encoder_ids: tuple[int, ...]
    property_ids: tuple[int, ...]


class Card:
    """An open graphics card.

    Every method may raise ``OSError``: EACCES where we are not the master of its screens, ENODEV when it was unplugged.
    """

    def __init__(self, path: str, call: Callable[[int, int, Any], object] = fcntl.ioctl) -> None:
        self._call = call
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)

    def become_master(self) -> None:
        """Make sure that the screens are ours. Who opens a card first has them without asking; root may ask later."""
        self._call(self.fd, abi.SET_MASTER, 0)

    def output(self, name: str) -> Output | None:
        """The output of that name, as ``HDMI-A-1``, looked at anew; None where the card has none such."""
        _, connector_ids = self._resources()
        return next((self._look_at(number) for number in connector_ids if self._connector_name(number) == name), None)

    def crtc_for(self, output: Output) -> int:
        """The number of a CRTC for an output: its own, or else a free one, or else any it can have.

        Raises:
            OSError: ENOSPC where it can have none.
        """
        crtc_ids, connector_ids = self._resources()
        if output.encoder_id and (own := self._encoder(output.encoder_id).crtc_id):
            return int(own)
        masks = [self._encoder(number).possible_crtcs for number in output.encoder_ids]
        possible = [crtc for bit, crtc in enumerate(crtc_ids) if any(mask >> bit & 1 for mask in masks)]
        if not possible:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        encoder_ids = [self._connector(number).encoder_id for number in connector_ids]
        taken = {self._encoder(number).crtc_id for number in encoder_ids if number}
        return next((crtc for crtc in possible if crtc not in taken), possible[0])

    def crtc(self, crtc_id: int) -> abi.Crtc:
        """What a CRTC scans out now."""
        return self.ioctl(abi.GETCRTC, abi.Crtc(crtc_id=crtc_id))

    def set_crtc(self, crtc: abi.Crtc, connector_id: int) -> None:
        """Have a CRTC scan out ``crtc.fb_id`` to a connector in ``crtc.mode``: a full mode set."""
        connectors = (ctypes.c_uint32 * 1)(connector_id)
        crtc.set_connectors_ptr, crtc.count_connectors = ctypes.addressof(connectors), 1
        self.ioctl(abi.SETCRTC, crtc)

    def hide_cursor(self, crtc_id: int) -> None:
        """Take away a mouse pointer that somebody has left there."""
        self.ioctl(abi.CURSOR, abi.Cursor(flags=abi.CURSOR_IMAGE, crtc_id=crtc_id))

    def flip(self, crtc_id: int, fb_id: int, timeout_s: float) -> bool:
        """Scan out another framebuffer from the next refresh on; False where that has not come about in time."""
        self.ioctl(abi.PAGE_FLIP, abi.PageFlip(crtc_id=crtc_id, fb_id=fb_id, flags=abi.FLIP_EVENT))
        end_s = time.monotonic() + timeout_s
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        while (left_s := end_s - time.monotonic()) > 0:
            for _, events in poll.poll(left_s * MS_PER_S):
                if not events & select.POLLIN:
                    raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
                if abi.FLIP_COMPLETE in _event_types(os.read(self.fd, EVENT_BYTES)):
                    return True
        return False

    def set_power(self, output: Output, value: int) -> None:
        """Switch the panel of an output: ``POWER_ON`` or ``POWER_OFF``.

        Raises:
            OSError: ENOTSUP where the output cannot be switched.
        """
        for number in output.property_ids:
            if self.ioctl(abi.GETPROPERTY, abi.GetProperty(prop_id=number)).name == b"DPMS":
                self.ioctl(abi.SETPROPERTY, abi.SetProperty(value, number, output.connector_id))
                return
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    def close(self) -> None:
        """Let go of the card; where nobody else has it open, the kernel puts its console back."""
        os.close(self.fd)

    def ioctl(self, request: int, argument: Asked) -> Asked:
        """Ask the kernel; its answer is in the argument."""
        self._call(self.fd, request, argument)
        return argument

    def _resources(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The numbers of the CRTCs, whose order is that of the bits in masks, and of the connectors."""
        counts = self.ioctl(abi.GETRESOURCES, abi.CardResources())
        crtcs, connectors = _numbers(counts.count_crtcs), _numbers(counts.count_connectors)
        wanted = abi.CardResources(count_crtcs=len(crtcs), count_connectors=len(connectors))
        wanted.crtc_id_ptr, wanted.connector_id_ptr = ctypes.addressof(crtcs), ctypes.addressof(connectors)
        self.ioctl(abi.GETRESOURCES, wanted)
        return tuple(crtcs), tuple(connectors)[: wanted.count_connectors]

    def _connector(self, connector_id: int) -> abi.GetConnector:
        """A connector as the kernel knows it; with room for one mode it does not ask the monitor."""
        room = abi.ModeInfo()
        wanted = abi.GetConnector(connector_id=connector_id, count_modes=1, modes_ptr=ctypes.addressof(room))
        return self.ioctl(abi.GETCONNECTOR, wanted)

    def _connector_name(self, connector_id: int) -> str:
        found = self._connector(connector_id)
        kind = found.connector_type if found.connector_type < len(abi.CONNECTOR_TYPES) else 0
        return f"{abi.CONNECTOR_TYPES[kind]}-{found.connector_type_id}"

    def _look_at(self, connector_id: int) -> Output:
        """Ask the monitor at a connector for its modes, until there is room for all that it says."""
        found = self.ioctl(abi.GETCONNECTOR, abi.GetConnector(connector_id=connector_id))
        while True:
            modes = (abi.ModeInfo * found.count_modes)()
            encoders, properties = _numbers(found.count_encoders), _numbers(found.count_props)
            values = (ctypes.c_uint64 * found.count_props)()
            counts = (found.count_modes, found.count_encoders, found.count_props)
            found.modes_ptr, found.encoders_ptr = ctypes.addressof(modes), ctypes.addressof(encoders)
            found.props_ptr, found.prop_values_ptr = ctypes.addressof(properties), ctypes.addressof(values)
            self.ioctl(abi.GETCONNECTOR, found)
            if (found.count_modes, found.count_encoders, found.count_props) == counts:
                is_connected = found.connection == abi.CONNECTED
                return Output(
                    connector_id, is_connected, tuple(modes), found.encoder_id, tuple(encoders), tuple(properties)
                )

    def _encoder(self, encoder_id: int) -> abi.GetEncoder:
        return self.ioctl(abi.GETENCODER, abi.GetEncoder(encoder_id=encoder_id))


def _numbers(count: int) -> ctypes.Array[ctypes.c_uint32]:
    return (ctypes.c_uint32 * count)()


def _event_types(data: bytes) -> list[int]:
    """The types of all events in what was read from a card."""
    types, start = [], 0
    while start < len(data):
        event = abi.Event.from_buffer_copy(data, start)
        types.append(event.type)
        start += event.length
    return types
