"""Whether there is a desktop to open a window on."""

from __future__ import annotations

import os
import re
import socket
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_X11_FOLDER = "/tmp/.X11-unix"  # noqa: S108  # where X servers listen
_PATIENCE_S = 0.2


def wants_window(environ: Mapping[str, str]) -> bool:
    """Whether this process was started on a desktop."""
    return any(environ.get(name) for name in ("SDL_VIDEODRIVER", "WAYLAND_DISPLAY", "DISPLAY"))


def is_there(environ: Mapping[str, str]) -> bool:
    """Whether the desktop that ``environ`` names answers; where only SDL can tell, it is taken to."""
    if environ.get("SDL_VIDEODRIVER") or re.match(r"(?!unix:)[^:/]+:", environ.get("DISPLAY", "")):  # a host's
        return True
    return any(_listens(address) for address in _addresses(environ))


def why_no_window(environ: Mapping[str, str]) -> str:
    """Why no window can be opened, and what to do; empty where one can."""
    if not wants_window(environ):
        return "there is no desktop here (neither WAYLAND_DISPLAY nor DISPLAY is set); start it in a terminal of one"
    if not is_there(environ):
        return "the desktop that WAYLAND_DISPLAY or DISPLAY names does not answer; start it in a terminal of one"
    if find_spec("pygame") is None:
        return "a window needs pygame; sudo apt install python3-pygame, or pip install 'edge-vision[window]'"
    return ""


def _addresses(environ: Mapping[str, str]) -> Iterator[str]:
    if wayland := environ.get("WAYLAND_DISPLAY"):
        yield os.path.join(environ.get("XDG_RUNTIME_DIR", ""), wayland)  # noqa: PTH118  # an absolute one stays
    if found := re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", environ.get("DISPLAY", "")):
        yield f"{_X11_FOLDER}/X{found[1]}"
        yield f"\0{_X11_FOLDER}/X{found[1]}"


def _listens(address: str) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_PATIENCE_S)
        connection.connect(address)
        return True
    return False
