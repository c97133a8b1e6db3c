"""Loads libedgetpu."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer

if TYPE_CHECKING:
    from collections.abc import Mapping


def load_library(request: Mapping[str, Any]) -> dict[str, Any]:
    """What it says of its version, empty where it does not; or the loader's complaint as ``error``."""
    try:
        library = ctypes.CDLL(request["name"])
    except OSError as error:
        return {"error": str(error)}
    version = b""
    with suppress(AttributeError):
        library.edgetpu_version.restype = ctypes.c_char_p
        version = library.edgetpu_version() or b""
    return {"version": version.decode(errors="replace")}


if __name__ == "__main__":
    answer(load_library)
