"""Loads libedgetpu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer
from edge.runtime.edgetpu.library import Library

if TYPE_CHECKING:
    from collections.abc import Mapping


def load_library(request: Mapping[str, Any]) -> dict[str, Any]:
    """What it says of its version; empty where it does not.

    Raises:
        LibraryMissing: it cannot be loaded.
    """
    return {"version": Library(request["name"]).version()}


if __name__ == "__main__":
    answer(load_library)
