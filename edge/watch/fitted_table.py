"""Tables and panels that fit the terminal they are drawn on: what matters most goes last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich import box
from rich.measure import Measurement
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

_ENDLESS = 10_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its cells; ``rank`` 0 always stays, of the others the highest leaves first.

    Where it is too narrow even so, ``yields`` has it cut with an ellipsis.
    """

    heading: str
    cells: Sequence[RenderableType]
    rank: int = 0
    yields: bool = False
    justify: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class FittedTable:
    """Columns in their order, as many as there is room for."""

    columns: Sequence[Column]
    is_framed: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Leave columns out until the rest fits, or those that never leave are left."""
        for rank in sorted({column.rank for column in self.columns}, reverse=True):
            table = self._table([column for column in self.columns if column.rank <= rank])
            wanted = Measurement.get(console, options.update(width=_ENDLESS), table).maximum
            if wanted <= options.max_width or rank == 0:
                yield table
                return

    def _table(self, columns: Sequence[Column]) -> Table:
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1)) if self.is_framed else _plain()
        for column in columns:
            table.add_column(column.heading, no_wrap=not column.yields, justify=column.justify, overflow="ellipsis")
        for cells in zip(*(column.cells for column in columns), strict=True):
            table.add_row(*cells)
        return table


def _plain() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), header_style="dim")


@dataclass(frozen=True, slots=True)
class FirstThatFits:
    """The first of several ways to say the same that is not higher than the terminal; else the last."""

    ways: Sequence[Callable[[int], RenderableType]]
    """Each is told how many lines there are."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it."""
        height = options.height or console.height
        for number, way in enumerate(self.ways, 1):
            drawn = way(height)
            if number == len(self.ways) or len(console.render_lines(drawn, options.update(height=None))) <= height:
                yield drawn
                return
