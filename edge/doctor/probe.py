"""Probes: what may hang or take the process down is tried in a child process with a deadline, as the service's user."""

from __future__ import annotations

import json
import math
import signal
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from edge.base.child import module_command, running_child
from edge.doctor.exchange import exchange
from edge.doctor.sandbox import confined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.doctor.system import System

_GRACE_S = 1.0
_KILLED = 128
"""A shell's exit status of a program that a signal ended, less the signal's number."""
_NOT_IMPORTED = ("ImportError: ", "ModuleNotFoundError: ")


class ProbeError(Exception):
    """What was probed does not work; the text is "what is wrong; what to do", the latter where it is known."""


class HungError(ProbeError):
    """The probe did not answer in time."""


class DiedError(ProbeError):
    """The probe took its process down."""


def probe(system: System, name: str, request: Mapping[str, Any], limit_s: float) -> dict[str, Any]:
    """What the module ``edge.doctor.probes.<name>`` answers to ``request``, both as JSON.

    It runs where it can do no harm, see :func:`confined`; what root alone may know is handed over in ``request``.

    Raises:
        HungError: it did not within ``limit_s``; it was killed.
        DiedError: its process ended without an answer.
        ProbeError: it says that what it tried does not work.
        ImportError: a package that it needs is missing or broken.
    """
    alarm_s = limit_s + _GRACE_S
    words = module_command(f"edge.doctor.probes.{name}", str(math.ceil(alarm_s)))
    command, environ = confined(system, words, alarm_s)
    pipe = subprocess.PIPE
    with running_child(command, stdin=pipe, stdout=pipe, stderr=pipe, environ=environ) as process:
        try:
            out, complaint = exchange(process, json.dumps(request).encode(), limit_s)
        except (TimeoutError, subprocess.TimeoutExpired):
            raise HungError(f"did not come back within {limit_s:g} s") from None
    return _answer(out, process.returncode, complaint.decode(errors="replace"))


def _answer(out: bytes, status: int, complaint: str) -> dict[str, Any]:
    """The last line is the answer: libraries may print too."""
    lines = out.splitlines()
    if status != 0 or not lines:
        words = _last_words(status, complaint)
        if words.startswith(_NOT_IMPORTED):
            raise ImportError(words.partition(": ")[2])
        raise DiedError(words)
    answer = _read(lines[-1])
    if "error" in answer:
        raise ProbeError(str(answer["error"]))
    return answer


def _read(line: bytes) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        answer = json.loads(line)
        if isinstance(answer, dict):
            return answer
    raise DiedError("gave an answer that cannot be understood")


def _last_words(status: int, complaint: str) -> str:
    lines = complaint.strip().splitlines()
    number = -status if status < 0 else status - _KILLED
    if number in set(signal.Signals):
        return f"took its process down ({signal.Signals(number).name})"
    return lines[-1] if lines else f"ended with exit status {status}"
