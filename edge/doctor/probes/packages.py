"""Imports packages one by one."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer

if TYPE_CHECKING:
    from collections.abc import Mapping


def import_packages(request: Mapping[str, Any]) -> dict[str, Any]:
    """The complaint of each package that cannot be imported, by its name, in one line."""
    broken = {}
    for name in request["names"]:
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001  # a broken package raises what it likes
            broken[name] = " ".join(str(error).split()) or type(error).__name__
    return {"broken": broken}


if __name__ == "__main__":
    answer(import_packages)
