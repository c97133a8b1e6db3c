"""The file of Edge's settings, read as Edge reads it, and as warily: the service may write there."""

from __future__ import annotations

import codecs
import re
import tomllib
from typing import TYPE_CHECKING, Any

from edge_appliance.errors import ApplianceError
from edge_appliance.regular_file import read_regular

if TYPE_CHECKING:
    from pathlib import Path

_DOT = re.compile(r"[\w\"'-]\s*\.")
_MOST_DOTS = 100  # in a line: tomllib's memory grows with the square of the parts of a dotted key


def read_settings(path: Path) -> dict[str, Any]:
    """What the file has; nothing, where there is none.

    Raises:
        ApplianceError: it cannot be read, or is no TOML.
    """
    try:
        return _parsed(_decoded(read_regular(path)))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError, OSError) as error:
        raise ApplianceError(f"{path} cannot be read; edge config check says why") from error


def _parsed(text: str) -> dict[str, Any]:
    if any(len(_DOT.findall(line)) > _MOST_DOTS for line in text.split("\n")):
        raise ValueError("nested too deeply")
    return tomllib.loads(text)


def _decoded(content: bytes) -> str:
    """Windows editors put a byte order mark first; what Notepad calls Unicode is UTF-16."""
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf16 else "utf-8-sig")
