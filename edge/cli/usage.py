"""What a word that a command does not take was meant to be: the option that it belongs to."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from edge.base.url import masked

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

_SETTING = re.compile(r"[a-z_]+\.[a-z_]+=.*", re.DOTALL)
_ADDRESS = re.compile(r"(?:rtsps?|https?|udp|tcp)://.+", re.IGNORECASE)
_DEVICE = re.compile(r"/dev/video\d+")
_FILMS = frozenset({".avi", ".h264", ".m4v", ".mkv", ".mov", ".mp4", ".webm"})


def usage_error(strays: Sequence[str], words: Sequence[str], options: Container[str]) -> str:
    """What to say of ``strays``, those of a command's ``words`` that it does not take; it takes ``options``."""
    told = f"unrecognized arguments: {' '.join(strays)}"
    # Before the one too many may stand what has taken its place, as in: edge config get edge.toml pose.fit
    suspects = (*strays, *(word for word in words if word.endswith(".toml") and not _is_value(word, words)))
    advice = next((given for word in suspects if (given := _advice(word, options))), "")
    return f"{told}; {advice}" if advice else told


def _is_value(word: str, words: Sequence[str]) -> bool:
    """Whether an option stands before it."""
    index = words.index(word)
    return index > 0 and words[index - 1].startswith("-")


def _advice(word: str, options: Container[str]) -> str:
    if word.startswith("-"):
        return ""
    if word.endswith(".toml"):
        return f"to name the configuration file: --config {word}" if "--config" in options else ""
    if "--set" in options and _SETTING.fullmatch(word):
        return f"to set a key: --set {word}"
    if "--output" in options and PurePath(word).suffix:
        return f"to name the file that is written: --output {word}"
    source = _source(word) if "--set" in options else ""
    return f"to take pictures from there: --set camera.source={masked(source)}" if source else ""


def _source(word: str) -> str:
    """What ``camera.source`` calls a film, an address or a USB camera; empty for anything else."""
    if PurePath(word).suffix.lower() in _FILMS and "://" not in word:
        return f"video:{word}"
    return f"v4l2:{word}" if _DEVICE.fullmatch(word) else word if _ADDRESS.fullmatch(word) else ""
