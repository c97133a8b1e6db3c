"""Files with damage, and the program with each of them in a process of its own, whose memory is measured.

As a module it reads command lines as JSON and runs each: ``python -m tests.mutants``.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from edge.errors import EdgeError
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

MOST_MIB = 500
_LIMIT_S = 120
_ADDRESS_SPACE_BYTES = 8 << 30
"""So that a mutant does not take the machine with it."""
_NEEDED = ("av", "cv2", "numpy", "ai_edge_litert.interpreter", "edge.cli.main", "edge.cli.infer", "edge.cli.replay")
_NUMBERS = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\x01\0\0\0")
_WORDS = (b"-1", b"1e999", b"NaN", b"[[", b"{", b'"', b"\xff", b"9" * 30, b"null", b"\n", b"")


@dataclass(frozen=True)
class Outcome:
    """How it ended: the exit status, or less a signal; the most memory; what stood on stderr."""

    status: int
    peak_mib: int
    said: str


def mutated(content: bytes, random: Random) -> bytes:
    """The bytes with damage of one kind, in one to thirty places."""
    ways: tuple[Callable[[bytearray, Random], None], ...] = (_flip, _flip, _number, _cut, _repeat, _blank, _word)
    way, damaged = random.choice(ways), bytearray(content)
    for _ in range(random.choice((1, 1, 3, 30))):
        way(damaged, random)
    return bytes(damaged)


def tried(commands: Sequence[Sequence[str]]) -> list[Outcome]:
    """``edge`` with each of the command lines; ``take-out ARCHIVE`` takes a model out of an archive instead."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutants"],
        input=json.dumps([list(command) for command in commands]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    return [Outcome(**found) for found in json.loads(done.stdout)]


def _place(content: bytearray, random: Random) -> int:
    """Anywhere; as often as not near the beginning, where files say what they are."""
    end = len(content) if random.random() < 0.5 else min(len(content), 2000)
    return random.randrange(max(end, 1))


def _flip(content: bytearray, random: Random) -> None:
    place = _place(content, random)
    content[place : place + 1] = bytes([random.randrange(256)])


def _number(content: bytearray, random: Random) -> None:
    place = _place(content, random) & ~3
    content[place : place + 4] = random.choice(_NUMBERS)


def _word(content: bytearray, random: Random) -> None:
    place = _place(content, random)
    content[place : place + random.randrange(12)] = random.choice(_WORDS)


def _cut(content: bytearray, random: Random) -> None:
    del content[_place(content, random) + len(content) // 3 :]


def _repeat(content: bytearray, random: Random) -> None:
    place, length = _place(content, random), random.randrange(2000)
    content[place:place] = content[place : place + length]


def _blank(content: bytearray, random: Random) -> None:
    place = _place(content, random)
    length = min(random.randrange(5000), len(content) - place)
    content[place : place + length] = bytes(length)


def _try_one(words: Sequence[str]) -> Outcome:
    """In a fork of this process, which has imported all that is needed."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            os._exit(_run(words, said.fileno()))
        _, status, usage = os.wait4(child, 0)
        said.seek(0)
        text = said.read(20_000).decode(errors="replace")
    return Outcome(os.waitstatus_to_exitcode(status), usage.ru_maxrss >> 10, text)


def _run(words: Sequence[str], stderr: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE_BYTES, _ADDRESS_SPACE_BYTES))
    signal.alarm(_LIMIT_S)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(stderr, 2)
    try:
        if words[0] == "take-out":
            return _take_out(Path(words[1]))
        return int(importlib.import_module("edge.cli.main").main(words))
    except BaseException:  # noqa: BLE001  # it is what is looked for
        traceback.print_exc()
        return 70


def _take_out(path: Path) -> int:
    archive = importlib.import_module("edge.runtime.store.archive")
    try:
        with path.open("rb") as packed:
            archive.take_out(packed, "1.tflite", BytesIO(), source="https://example.com/a", limit_bytes=256 << 20)
    except EdgeError as error:
        sys.stderr.write(f"edge: {error}\n")
        return error.exit_status
    return 0


if __name__ == "__main__":
    for name in _NEEDED:
        importlib.import_module(name)
    json.dump([asdict(_try_one(words)) for words in json.load(sys.stdin)], sys.stdout)
