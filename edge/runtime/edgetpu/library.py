"""libedgetpu itself, by its C interface (``tflite/public/edgetpu_c.h``): its version, and what it sees attached.

To be loaded in a worker only: it ends the process at trouble with an EdgeTPU.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Final

from edge.runtime.edgetpu.lost import LibraryMissing

if TYPE_CHECKING:
    from edge.runtime.edgetpu.devices import EdgeTpu, Kind

_KINDS: Final[dict[int, Kind]] = {0: "pci", 1: "usb"}


class _Device(ctypes.Structure):
    """``struct edgetpu_device``."""

    _fields_ = [("type", ctypes.c_int), ("path", ctypes.c_char_p)]


class Library:
    """The library called ``name``, loaded into this process.

    Raises:
        LibraryMissing: it cannot be.
    """

    def __init__(self, name: str) -> None:
        try:
            self._library = ctypes.CDLL(name)
        except OSError as error:
            raise LibraryMissing(f"{name} cannot be loaded ({error}); install libedgetpu1-std") from error

    def version(self) -> str:
        """What it says of itself, as ``BuildLabel(…), RuntimeVersion(14)``; empty where it does not."""
        try:
            version = self._library.edgetpu_version
        except AttributeError:
            return ""
        version.restype = ctypes.c_char_p
        return (version() or b"").decode(errors="replace")

    def devices(self) -> list[tuple[Kind, str]]:
        """Kind and path of each EdgeTPU that it sees, in its order; none where it does not say."""
        try:
            list_devices, free_devices = self._library.edgetpu_list_devices, self._library.edgetpu_free_devices
        except AttributeError:
            return []
        list_devices.restype = ctypes.POINTER(_Device)
        free_devices.argtypes = [ctypes.POINTER(_Device)]
        free_devices.restype = None
        count = ctypes.c_size_t()
        found = list_devices(ctypes.byref(count))
        try:
            return [(_KINDS[found[n].type], found[n].path.decode(errors="replace")) for n in range(count.value)]
        finally:
            free_devices(found)

    def device_name(self, tpu: EdgeTpu) -> str:
        """What its delegate calls an EdgeTPU, always with an index: without one it does not heed other options.

        It counts those of a kind in its own order, which is not that of their paths.
        """
        paths = [path for kind, path in self.devices() if kind == tpu.kind]
        here = [index for index, path in enumerate(paths) if path in (tpu.path, tpu.node)]
        return f"{tpu.kind}:{here[0]}" if here else tpu.name
