"""Text from outside, made fit for every output."""

from __future__ import annotations

import re

_BYTE = re.compile("[\udc80-\udcff]")
_FIRST = 0xDC00


def utf8_text(text: str) -> str:
    r"""``text`` in which each byte of a file name that is not UTF-8 (PEP 383) stands as ``\xNN``."""
    return _BYTE.sub(lambda found: f"\\x{ord(found[0]) - _FIRST:02x}", text)


def one_line(text: str, most: int = 250) -> str:
    """One line of at most ``most`` characters, and nothing in it that a terminal or a log would act on."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= most else f"{line[:most]}…"
