"""The passwords that are known here, in order to keep them out of a report; they are shown nowhere."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.folders import SERVICE_STATE
from edge.base.regular_file import open_no_link, read_at_most
from edge.base.secret import Secret, shown_secret_path
from edge.base.url import secrets_in
from edge.config.statements import parse_or_none
from edge.errors import EdgeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge.base.machine_files import MachineFiles

_OF_THE_SERVICE = ("last-good.toml", "refused.toml")
SETTINGS = (
    *("/etc/edge/edge.toml", "/boot/firmware/edge.toml", "/boot/firmware/edge.toml.txt"),
    *("/boot/firmware/edge.toml.applied", "/etc/edge/edge.toml.broken"),
    *(f"{folder}/{name}" for folder in (SERVICE_STATE, "/var/lib/edge-appliance/settings") for name in _OF_THE_SERVICE),
)
"""Where settings lie, and what was once put in force."""
PASSWORDS = (
    *("/etc/credstore/edge.mqtt-password", "/run/edge-appliance/login"),
    *("/boot/firmware/edge-broker-password.txt", "/boot/firmware/edge-broker-password.txt.txt"),
)
"""Files of the system with passwords in them, which root may read."""

_MOST_BYTES = 256 * 1024
# What the service or whoever holds the card has written may be anything; the patterns below would take hours for it.
_MOST_IN_LINE = 2000
_MOST_PATHS = 20
_USUAL_USER = "edge"
# A line of settings, also one that is commented out or no TOML.
_LINE = re.compile(r"[\s#]*(?P<key>[\w.\"'-]+)\s*=(?P<value>.+)")
_SECRET_KEY = re.compile("pass|pwd|psk|secret|token|cred|api_?key", re.IGNORECASE)
_WORD = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'|([^\s,\[\]\"'#]+)")
_COLON = re.compile(":(?!/)")
_WITH_PASSWORD = re.compile(r"username\s*=\s*[\"']?[^\"':\n]*:([^\"'\n]+)")


def known_secrets(machine: MachineFiles, settings: Path | None, overrides: Iterable[str]) -> frozenset[str]:
    """All that can be found: in files of the system, in settings (``settings`` is the file in use) and what these name.

    What may not be read is left out: what this process cannot read it cannot show either.
    """
    files = [*map(machine.path, SETTINGS), *([settings] if settings else [])]
    texts = [(_text(file), file.parent) for file in files] + [(override, Path.cwd()) for override in overrides]
    found = {line.strip() for name in PASSWORDS for line in _text(machine.path(name)).splitlines()}
    paths = set()
    for text, folder in texts:
        found.update(_written_in(text))
        for word in _of_secret_keys(text):
            path = str(folder / word)
            if shown_secret_path(path) == path:
                paths.add(path)
            else:
                found.add(word)
    for path in sorted(paths)[:_MOST_PATHS]:
        with suppress(EdgeError, OSError, ValueError):
            found.add(Secret("", Path(path), is_setting=True).read())
    return frozenset(found - {"", _USUAL_USER})


def _written_in(text: str) -> Iterator[str]:
    """What looks like a password by where it stands, in settings as they are and as TOML has them."""
    values = (value for _, value in _values("", parse_or_none(text)))
    for line in (*_lines(text), *(line for value in values for line in _lines(value))):
        yield from secrets_in(line)
        yield from _before_at(line)
        yield from (found[1] for found in _WITH_PASSWORD.finditer(line))


def _before_at(line: str) -> Iterator[str]:
    """What stands behind a colon up to the first ``@``, and up to the last."""
    parts = line.split("@")[:-1]
    while parts and parts[-1][-1:].isspace():
        parts.pop()
    for text in (*parts, "@".join(parts)):
        if colon := _COLON.search(text):
            yield text[colon.end() :]


def _of_secret_keys(text: str) -> Iterator[str]:
    """What is given to keys that are called like passwords: these, or the paths of their files."""
    for key, value in _values("", parse_or_none(text)):
        if _SECRET_KEY.search(key):
            yield value
    for line in filter(None, map(_LINE.match, _lines(text))):
        if _SECRET_KEY.search(line["key"]):
            yield from (found[1] or found[2] or found[3] or "" for found in _WORD.finditer(line["value"]))
            yield from (value for _, value in _values("", parse_or_none(f"value = {line['value']}")))


def _lines(text: str) -> Iterator[str]:
    return (line[:_MOST_IN_LINE] for line in text.split("\n"))


def _values(key: str, value: object) -> Iterator[tuple[str, str]]:
    """All texts and numbers in TOML that was parsed, with the name of the key that each stands below."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _values(name, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(key, inner)
    elif isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        yield key, str(value)


def _text(path: Path) -> str:
    """The text of a file; empty where there is none, or it may not be read."""
    with suppress(OSError, ValueError):
        opener = open_no_link if path.name in _OF_THE_SERVICE else None
        return read_at_most(path, _MOST_BYTES, opener).decode("utf-8-sig", errors="replace")
    return ""
