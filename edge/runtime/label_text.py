"""From the text of a label file to the names of the classes."""

from __future__ import annotations

import re

MOST_TEXT_BYTES = 1 << 20
"""More than the 21,841 classes of the whole ImageNet take, the most that classifiers are trained on."""

_NUMBERED = re.compile(r"([0-9]{1,9})(?:$|\s*[:;,=|.)-]\s+|\s+|[:;,=|])(.*)")
"""A number, what parts it from the name, and the name; a hyphen or a full stop that touches both is part of a name."""
_TIME_OR_DECIMAL = re.compile(r"[0-9]+[:,][0-9]")


def split_labels(text: str) -> tuple[str, ...]:
    """The names of the classes, one label a line.

    Where every line that is not blank begins with a number, and the numbers are exactly 0 to n - 1, as in the files of
    Coral and Teachable Machine, the number is the class and no part of its name, whatever the order of the lines.
    Otherwise a line is a name, and only blank ones at the end are left out, so that every other keeps its index.
    """
    lines = [line.strip() for line in text.rstrip().splitlines()]
    return _by_number([line for line in lines if line]) or tuple(lines)


def _by_number(lines: list[str]) -> tuple[str, ...]:
    """The names in the order of their numbers; empty where the lines are not numbered."""
    names: dict[int, str] = {}
    for line in lines:
        match = _NUMBERED.fullmatch(line)
        if match is None:
            return ()
        names[int(match[1])] = match[2]
    if names.keys() != set(range(len(lines))) or not any(names.values()):
        return ()
    if all(_TIME_OR_DECIMAL.match(line) for line in lines):
        return ()
    return tuple(names[number] for number in range(len(lines)))
