"""Text without passwords, whoever wrote it: those that are known, and what looks like one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from edge.base.text import printable_lines
from edge.base.url import MASK, masked

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is shorter would be found in half of all words, and gives nothing away.
_SHORTEST = 4
_USER_AND_PASSWORD = re.compile(r"([\w.%+-]{1,64}):(?!/)[^\s@\"'<>]{1,256}@(?=[\w\[])")
_NAMED = re.compile(
    r"((?:[\w-]{0,40}[_-])?(?:password|passwd|passphrase|pwd|psk|secret|token|api[_-]?key)s?[\"']?)"
    r"(\s?=\s?|:\s?(?=[\"'])|:(?=\S)|\s(?=[\"']))(\"[^\"\n]*\"|'[^'\n]*'|[^\s\"',;]+)",
    re.IGNORECASE,
)
_HARDWARE_ADDRESS = re.compile(r"(?<![\w:])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:])", re.IGNORECASE)


@dataclass(frozen=True)
class Scrubber:
    """Masks ``secrets`` in the forms that they are written in, and whatever looks like a password."""

    secrets: frozenset[str]

    def scrub(self, text: str) -> str:
        """``text`` without them, and without what would control a terminal."""
        text = printable_lines(text)
        if self._known is not None:
            text = self._known.sub(MASK, text)
        text = _USER_AND_PASSWORD.sub(rf"\1:{MASK}@", masked(text))
        return _HARDWARE_ADDRESS.sub(MASK, _NAMED.sub(rf"\1\2{MASK}", text))

    @cached_property
    def _known(self) -> re.Pattern[str] | None:
        """The longest first: one may be part of another."""
        forms = {form for secret in self.secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        words = sorted(filter(_is_long, forms), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words))) if words else None


def _is_long(form: str) -> bool:
    return len(form) >= _SHORTEST


def _forms(secret: str) -> Iterator[str]:
    """As it is, in an address, in JSON or TOML, as Python shows it; each also as a terminal is shown it."""
    for form in (secret, unquote(secret)):
        for written in (form, quote(form, safe=""), quote(form), json.dumps(form)[1:-1], repr(form)[1:-1]):
            yield written
            yield printable_lines(written)
        yield json.dumps(form, ensure_ascii=False)[1:-1]
