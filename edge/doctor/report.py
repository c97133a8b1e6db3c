"""What was found, for people and for programs; needs nothing but Python, so that it works when packages do not."""

from __future__ import annotations

import sys
from dataclasses import asdict
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, TypeAlias

from edge.base.text import printable
from edge.messages.encoding import json_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.doctor.finding import Finding, Verdict

Line: TypeAlias = "list[tuple[str, str]]"
"""Pieces of text, each with the name of its style on a terminal."""

_STYLES: dict[Verdict, str] = {"ok": "green", "warning": "yellow", "failed": "bold red", "skipped": "dim"}
_VERDICT_WIDTH, NAME_WIDTH = 9, 22


def exit_status(findings: Sequence[Finding]) -> int:
    """1 where something has failed, else 0."""
    return int(any(finding.verdict == "failed" for finding in findings))


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects with the fields of a ``Finding``."""
    return json_document([asdict(finding) for finding in findings])


def as_text(findings: Sequence[Finding]) -> str:
    """The lines without any style."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in as_lines(findings))


def as_lines(findings: Sequence[Finding], width: int | None = None) -> Iterator[Line]:
    """A line for each finding and one for its fix, an empty one after each group, a summary, and what failed, again.

    What is wider than ``width`` goes on below, between words; None: nothing is.
    """
    for _, group in groupby(findings, key=lambda finding: finding.name.partition(".")[0]):
        for finding in group:
            yield from _lines_of(finding, width)
        yield []
    yield [(_summary(findings), "bold")]
    for finding in findings:
        if finding.verdict == "failed":
            yield from _lines_of(finding, width)


def _lines_of(finding: Finding, width: int | None) -> Iterator[Line]:
    quiet = "dim" if finding.verdict == "skipped" else ""
    verdict, name = (f"{finding.verdict:<{_VERDICT_WIDTH}}", _STYLES[finding.verdict]), finding.name
    yield from _hung([verdict, (f"{name:<{NAME_WIDTH}}", quiet)], (finding.why, quiet), width)
    if finding.fix:
        yield from _hung([(" " * _VERDICT_WIDTH, ""), (f"{'fix:':<{NAME_WIDTH}}", "dim")], (finding.fix, ""), width)


def _hung(head: Line, words: tuple[str, str], width: int | None) -> Iterator[Line]:
    """``words`` beside ``head``, and what does not fit below them; no word is broken."""
    text, style = printable(words[0]), words[1]
    indent = sum(len(piece) for piece, _ in head)
    room = max(1, (width or sys.maxsize) - indent)
    first, *others = wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    yield [*head, (first, style)]
    for line in others:
        yield [(" " * indent, ""), (line, style)]


def _summary(findings: Sequence[Finding]) -> str:
    counts = {verdict: sum(finding.verdict == verdict for finding in findings) for verdict in _STYLES}
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
