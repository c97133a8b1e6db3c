"""A configuration file as text and as TOML; whatever is wrong with it becomes problems with a line."""

from __future__ import annotations

import codecs
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge.base.regular_file import open_regular
from edge.config.statements import parse_or_none
from edge.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST_BYTES = 256 * 1024

_KEY_AND_VALUE = re.compile(r"\s*[\w.\"'-]+\s*=")
_SECRET = re.compile("pass|pwd|token|secret|user|key", re.IGNORECASE)
_DOT = re.compile(r"[\w\"'-]\s*\.")
_MOST_PROBLEMS = 50
_MOST_DOTS = 100  # tomllib's memory grows with the square of the parts of a dotted key


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a configuration file; ``name`` is how problems call it, relative paths start from ``folder``."""

    name: str
    folder: Path
    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be understood of a file: its TOML, the text that was parsed, line for line, and the syntax errors."""

    document: dict[str, Any]
    text: str
    problems: tuple[Problem, ...]


def read_file_text(path: Path, opener: Callable[[str, int], int] | None = None) -> Source:
    """Read a configuration file; ``opener`` opens it in another way than by its path, as :func:`open` has it.

    Raises:
        ConfigError: it is missing, unreadable, no file, too large or no text.
    """
    try:
        if path.exists() and not path.is_file():
            raise ConfigError(Problem("is not a file; give the path of a TOML file", str(path)))
        with open_regular(path, opener) as file:  # it may have become something else meanwhile
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError(Problem("there is no such file; check the path", str(path))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(Problem(f"cannot be read ({reason}); check its permissions", str(path))) from None
    if len(content) > LARGEST_BYTES:
        raise ConfigError(Problem(f"is larger than {LARGEST_BYTES // 1024} KiB; is it a configuration?", str(path)))
    return Source(str(path), path.absolute().parent, _decoded(content, str(path)))


def parse(source: Source) -> Parsed:
    """The TOML of ``source`` and what is wrong with its syntax.

    A line that is broken by itself (``fit = letterbox``) is reported and left out, so that all such lines come at
    once; any other mistake leaves nothing to go on with, and the TOML is empty.
    """
    lines = source.text.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if len(_DOT.findall(line)) > _MOST_DOTS:
            return Parsed({}, "", (Problem("is nested too deeply for a configuration", f"{source.name}:{number}"),))
    problems: list[Problem] = []
    while len(problems) < _MOST_PROBLEMS:
        text = "\n".join(lines)
        try:
            return Parsed(tomllib.loads(text), text, tuple(problems))
        except (ValueError, RecursionError) as error:  # a number of thousands of digits is a bare ValueError
            number = _line_of(error, len(lines))
            problems.append(Problem(_explained(error, lines[number - 1]), f"{source.name}:{number}"))
            if not _is_broken_alone(lines[number - 1]):
                break
            lines[number - 1] = ""
    return Parsed({}, "", tuple(problems))


def _decoded(content: bytes, name: str) -> str:
    # Windows editors put a byte order mark first; what Notepad calls Unicode is UTF-16.
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _no_text(name, content[: error.start].count(b"\n")) from None
    right, zero, _ = text.partition("\0")
    if zero:  # UTF-16 without the mark is full of them
        raise _no_text(name, right.count("\n"))
    return text


def _no_text(name: str, lines_before: int) -> ConfigError:
    return ConfigError(Problem("is not UTF-8 text; save the file as UTF-8", f"{name}:{lines_before + 1}"))


def _line_of(error: Exception, last: int) -> int:
    found = re.search(r"at line (\d+)", str(error))
    return min(int(found[1]), last) if found else last


def _explained(error: Exception, line: str) -> str:
    if isinstance(error, RecursionError):
        return "is nested too deeply for a configuration"
    reason = re.sub(r" \(at .*\)$", "", str(error))
    name, _, value = line.partition("=")
    word = re.sub(r"\s#.*", "", value).strip()
    quoted = f'{name.strip()} = "{word}"'
    if _is_broken_alone(line) and re.fullmatch(r"[A-Za-z_~./][\w~./:-]*", word) and parse_or_none(quoted):
        meant = f'{name.strip()} = "…"' if _SECRET.search(name) else quoted
        return f"is not TOML; text needs quotes (did you mean {meant}?)"
    return f"is not TOML: {reason[:1].lower()}{reason[1:]}"


def _is_broken_alone(line: str) -> bool:
    """Whether a line is a key with a value that cannot be right, whatever stands around it."""
    return _KEY_AND_VALUE.match(line) is not None and parse_or_none(line) is None
