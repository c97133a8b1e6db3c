"""A session in a document, replayed: what was typed is run again, and what stood there has to come again.

In a ``console`` block a line after ``$`` is typed; the lines below it are what came. Of these

- ``…`` stands for any text, and on a line of its own for any number of lines, none included;
- ``≈12.3`` stands for any number but zero, ``≈0`` for any number;
- one blank is as good as several, and empty lines do not count.

A command that begins with ``sudo`` changes something: it is run once. Any other only looks: it is run again until it
says what stands there, as a person would look again.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

TERMINAL = {"TERM": "dumb", "FORCE_COLOR": "1", "COLUMNS": "120", "LINES": "50", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
"""The environment commands need: live screens print what they show at their end, as wide as in the document."""

_PAUSE_S = 0.3
_MASK = re.compile(r"…|≈[\d.,]+")
_NUMBER = r"-?\d[\d.,]*"
_NOT_ZERO = rf"(?=[-0.,]*[1-9]){_NUMBER}"


@dataclass(frozen=True, slots=True)
class Step:
    """A command and what it is to say; ``section`` is the heading it stands under, ``line`` where in the document."""

    section: str
    line: int
    command: str
    output: str


def read_transcript(document: Path, *, with_sh: bool = False) -> list[Step]:
    """The steps of all ``console`` blocks; ``with_sh``: and each line of ``sh`` blocks, which may say anything."""
    lines = enumerate(document.read_text(encoding="utf-8").splitlines(), 1)
    return list(_steps(_with_sh_as_console(lines) if with_sh else lines))


def first_block(document: Path, language: str) -> str:
    """The first block of a language, such as the file that a session begins with."""
    found = re.search(rf"^```{language}\n(.*?)^```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"{document}: no block of {language}"
    return found[1]


def replay(steps: Sequence[Step], run: Callable[[str], str], patience_s: float = 40.0) -> None:
    """Run the steps in order.

    ``run`` takes a line for bash and gives back what came on stdout and stderr, in their order.

    Raises:
        AssertionError: a command did not say what stands there; with both.
    """
    for step in steps:
        deadline_s = time.monotonic() + (0 if step.command.startswith("sudo ") else patience_s)
        while not says(step.output, came := run(step.command)):
            if time.monotonic() > deadline_s:
                raise AssertionError(f"line {step.line}: $ {step.command}\nexpected:\n{step.output}\ncame:\n{came}")
            time.sleep(_PAUSE_S)


def says(expected: str, came: str) -> bool:
    """Whether ``came`` is what stands in the document."""
    pattern = "".join(map(_pattern, _lines(expected)))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _lines(came))) is not None


def _with_sh_as_console(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Each line of an ``sh`` block as a command of a ``console`` block with any answer."""
    is_sh = False
    for number, line in lines:
        if line.startswith("```"):
            is_sh = line == "```sh"
            yield number, "```console" if is_sh else line
        elif not is_sh:
            yield number, line
        elif line:
            yield from ((number, f"$ {line}"), (number, "…"))


def _steps(lines: Iterable[tuple[int, str]]) -> Iterator[Step]:
    section, is_inside, command, at, output = "", False, "", 0, ""
    for number, line in lines:
        if command and (line == "```" or line.startswith("$ ")):
            yield Step(section, at, command, output)
            command = ""
        if line.startswith("```"):
            is_inside = line == "```console"
        elif is_inside and line.startswith("$ "):
            command, at, output = line[2:], number, ""
        elif is_inside:
            output += f"{line}\n"
        elif line.startswith("#"):
            section = line.lstrip("# ")


def _pattern(line: str) -> str:
    if line == "…":
        return r"(?:.*\n)*?"
    holes = [_hole(mask) for mask in _MASK.findall(line)]
    pieces = map(re.escape, _MASK.split(line))
    return "".join(piece + hole for piece, hole in zip(pieces, [*holes, r"\n"], strict=True))


def _hole(mask: str) -> str:
    if mask == "…":
        return ".*"
    return _NOT_ZERO if re.search(r"[1-9]", mask) else _NUMBER


def _lines(text: str) -> list[str]:
    return [plain for line in text.splitlines() if (plain := " ".join(line.split()))]
