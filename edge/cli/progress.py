"""A bar that shows how far something is, on one line of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

_NAME_COLUMNS = 24
"""Leaves the bar some room beside all figures where a line has 80."""


def progress_bar(*figures: type[ProgressColumn], is_wanted: bool = True) -> Progress:
    """A bar on stderr, between the name of what is done (the description of its task) and the ``figures``.

    It is shown at a terminal only, which it leaves as it was. Where a line is short, name and bar give way.
    """
    name = TextColumn(
        "{task.description}",
        markup=False,
        table_column=Column(no_wrap=True, overflow="ellipsis", max_width=_NAME_COLUMNS),
    )
    whole = [figure(table_column=Column(no_wrap=True)) for figure in figures]
    console = Console(stderr=True)
    is_shown = is_wanted and console.is_terminal
    console.quiet = not is_shown  # before 14.3 rich ends even a bar that is not shown with an empty line
    return Progress(name, BarColumn(), *whole, console=console, transient=True, disable=not is_shown)
