"""Values of messages in a few words. They come from a network: what is odd in them is shown as nothing."""

from __future__ import annotations

from edge.base.text import printable

NOTHING = "-"
LONGEST = 200
_LONGEST_S = 1e10


def plain(text: object) -> str:
    """Text of a stranger as it can be shown: short, in one line, without what controls a terminal."""
    if text is None or text == "" or isinstance(text, dict | list):
        return NOTHING
    return printable(str(text)[:LONGEST])


def number(value: object, form: str = ".0f", unit: str = "") -> str:
    """A number with its unit; a dash for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return NOTHING
    try:
        return f"{value:{form}}{unit}"
    except OverflowError:  # JSON has numbers of any length
        return NOTHING


def percent(value: object) -> str:
    """A share of 1 in percent."""
    return number(value, ".0%")


def median(durations: object) -> str:
    """The median of a set of durations as ``stats`` gives it."""
    return number(durations.get("p50"), ".0f", " ms") if isinstance(durations, dict) else NOTHING


def duration(seconds: object) -> str:
    """A length of time in its largest unit."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < _LONGEST_S:
        return NOTHING
    for length_s, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{seconds:.0f} s"
