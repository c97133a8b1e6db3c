"""What another does to files while they are looked at."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def turning(turn: Callable[[int], None]) -> Iterator[list[int]]:
    """Another thread that calls ``turn`` with 0, 1 and so on until the block ends; the numbers of its turns so far."""
    turns: list[int] = []
    has_ended = threading.Event()

    def run() -> None:
        while not has_ended.is_set():
            turn(len(turns))
            turns.append(len(turns))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield turns
    finally:
        has_ended.set()
        thread.join()
