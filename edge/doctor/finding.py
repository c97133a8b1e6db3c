"""What a check has found, in a form for people and programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Verdict: TypeAlias = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    ``name`` is stable, ``group.subject``. ``why`` is one line on what was found, ``fix`` one on what to do about it:
    empty where there is nothing to do.
    """

    name: str
    verdict: Verdict
    why: str
    fix: str = ""


def ok(name: str, why: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", why)


def skipped(name: str, why: str) -> Finding:
    """There is nothing to look at here, or no way to."""
    return Finding(name, "skipped", why)


def warning(name: str, why: str, fix: str) -> Finding:
    """The appliance works, but not as well as it could or not for long."""
    return Finding(name, "warning", why, fix)


def failed(name: str, why: str, fix: str) -> Finding:
    """A part of the appliance cannot work."""
    return Finding(name, "failed", why, fix)


def explained(name: str, sentence: str, otherwise: str) -> Finding:
    """A failure told by an error, "what is wrong; what to do"; ``otherwise`` is for one that says no more."""
    why, fix = split_advice(sentence)
    return failed(name, why, fix or otherwise)


def split_advice(sentence: str) -> tuple[str, str]:
    """The parts before and after the first semicolon that stands in no parentheses; the second may be empty."""
    line = " ".join(sentence.split())
    depth = 0
    for place, character in enumerate(line):
        depth += (character == "(") - (character == ")")
        if character == ";" and depth == 0:
            return line[:place], line[place + 1 :].strip()
    return line, ""
