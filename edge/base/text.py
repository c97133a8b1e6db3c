"""Text from outside, made fit for every output."""

from __future__ import annotations

import re

_BYTE = re.compile("[\udc80-\udcff]")
_FIRST = 0xDC00


def utf8_text(text: str) -> str:
    r"""``text`` in which each byte of a file name that is not UTF-8 (PEP 383) stands as ``\xNN``."""
    return _BYTE.sub(lambda found: f"\\x{ord(found[0]) - _FIRST:02x}", text)
