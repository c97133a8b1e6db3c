"""Modules that are imported only when they are needed, and what to say where a package of theirs is missing."""

from __future__ import annotations

from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING

from edge.errors import PackageError

if TYPE_CHECKING:
    from types import ModuleType

_PACKAGES = {"av": "PyAV", "cv2": "OpenCV", "PIL": "Pillow"}
"""What comes from apt on the Pi and from pip elsewhere, by module; see docs/dependencies.md."""

_TURN = RLock()


def import_in_turn(module: str) -> ModuleType:
    """Import a module after those that other threads import in this way, for threads that have just begun.

    Python's own lock is one a module: of two threads that import modules of a circle, as ``importlib.resources`` has
    one, either may end with a ``_DeadlockError``.
    """
    with _TURN:
        return import_module(module)


def load(module: str) -> ModuleType:
    """Import a module with all that it needs.

    Raises:
        PackageError: a package that it needs is missing or broken.
    """
    try:
        return import_in_turn(module)
    except Exception as error:  # a broken package raises what it likes
        raise PackageError(unloadable(error)) from error


def unloadable(error: Exception) -> str:
    """What to say and to do where something that is needed cannot be loaded."""
    reason = " ".join(str(error).split())
    missing = _PACKAGES.get(error.name or "") if isinstance(error, ModuleNotFoundError) else None
    if missing is None:
        return f"cannot start ({reason}); edge doctor says which package is broken"
    return (
        f"{missing}, which this needs, is not installed ({reason}); run: pip install 'edge-vision[desktop]', "
        "or on a Raspberry Pi: sudo apt install python3-av python3-opencv python3-pil"
    )
