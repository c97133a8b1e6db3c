"""Text from outside, made fit for every output.

Names of files, labels, what a broker, a service or a model says: whoever wrote it may have put into it what moves a
terminal's cursor, forges a line of a log or shows a name backwards. Every way out to people goes through
:func:`printable` or :func:`printable_lines`; JSON goes through :func:`printable_json`.
"""

from __future__ import annotations

import re

_BYTE = re.compile("[\udc80-\udcff]")
_FIRST = 0xDC00
_ONE_BYTE = 0x100

# C0, DEL and C1; marks, embeddings, overrides and isolates of direction; separators of lines; halves of characters;
# anchors of annotations; what is not seen. What joins letters (U+200C, U+200D) is part of words and of emoji.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_CONTROL_IN_JSON = re.compile(_CONTROL.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))


def utf8_text(text: str) -> str:
    r"""``text`` in which each byte of a file name that is not UTF-8 (PEP 383) stands as ``\xNN``."""
    return _BYTE.sub(lambda found: f"\\x{ord(found[0]) - _FIRST:02x}", text)


def printable(text: str) -> str:
    r"""``text`` as one line in which nothing controls a terminal or a log: such characters stand as ``\x1b``."""
    return _CONTROL.sub(_escape, utf8_text(text))


def printable_lines(text: str) -> str:
    """As :func:`printable`, but lines stay lines."""
    return "\n".join(printable(line) for line in text.split("\n"))


def printable_json(document: str) -> str:
    r"""A JSON document that says the same, in which nothing controls a terminal: they stand as ``\u009b``."""
    return _CONTROL_IN_JSON.sub(_escape_in_json, document)


def one_line(text: str, most: int = 250) -> str:
    """One line of at most ``most`` characters, and nothing in it that a terminal or a log would act on."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= most else f"{line[:most]}…"


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < _ONE_BYTE else f"\\u{code:04x}"


def _escape_in_json(found: re.Match[str]) -> str:
    """As RFC 8259, section 7: by its halves where it is beyond the first 65,536."""
    halves = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{halves[at]:02x}{halves[at + 1]:02x}" for at in range(0, len(halves), 2))
