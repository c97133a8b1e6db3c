"""Loads a shared library."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer

if TYPE_CHECKING:
    from collections.abc import Mapping


def load_library(request: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing, or the loader's complaint as ``error``."""
    try:
        ctypes.CDLL(request["name"])
    except OSError as error:
        return {"error": str(error)}
    return {}


if __name__ == "__main__":
    answer(load_library)
