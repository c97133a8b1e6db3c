"""Lines as a terminal shows them: whole words. What is no terminal gets them as they are, for programs to read."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

_HANG = 2


def width_of(stream: TextIO) -> int | None:
    """How many columns the terminal has; None where it is none, or does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError, AttributeError):
        return None


def wrapped(text: str, width: int | None, hang: int = _HANG) -> str:
    """``text`` in lines of ``width`` columns, broken between words; what goes on is set in by ``hang`` more columns.

    A word that is longer than a line stays whole, so that it can be copied.
    """
    return text if width is None else "\n".join(_wrapped_line(line, width, hang) for line in text.split("\n"))


def _wrapped_line(line: str, width: int, hang: int) -> str:
    if len(line) <= width:
        return line
    indent = len(line) - len(line.lstrip()) + hang
    return textwrap.fill(
        line, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False,
        replace_whitespace=False,
    )  # fmt: skip


def shortened(text: str, width: int | None) -> str:
    """``text`` in one line of at most ``width`` columns; an ellipsis stands for what is left out of its end."""
    return text if width is None or len(text) <= width else f"{text[: width - 1].rstrip()}…"
