"""Showing the demo while it runs: a live screen at a terminal, else a line every few seconds."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.live import Live

from edge.base.text import printable
from edge.demo.status import in_words
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType

    from edge.demo.status import DemoStatus

REFRESH_HZ = 5
LINE_EVERY_S = 5.0


@contextmanager
def live_screen(console: Console, screen: Callable[[], RenderableType]) -> Iterator[None]:
    """Draw ``screen()`` a few times a second, in a thread of its own; it is gone when the block ends."""
    with Live(get_renderable=screen, console=console, refresh_per_second=REFRESH_HZ, transient=True):
        yield


@contextmanager
def plain_lines(console: Console, status: Callable[[], DemoStatus], every_s: float = LINE_EVERY_S) -> Iterator[None]:
    """Print a line every few seconds, from a thread of its own."""
    over = threading.Event()

    def print_lines() -> None:
        while not over.wait(every_s):
            console.print(printable(line_of(status())), highlight=False, markup=False, soft_wrap=True)

    thread = threading.Thread(target=print_lines, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def line_of(status: DemoStatus) -> str:
    """How the demo is doing, in one line."""
    results = "; ".join(f"{task}: {in_words(status, task)}" for task in tasks() if task in status.topics)
    bad = f", {status.invalid} not valid" if status.invalid else ""
    return f"{status.elapsed_s:5.0f} s  {status.messages} messages{bad}  scene: {status.shows}; {results}"
