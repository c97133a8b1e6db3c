"""How the results of action are drawn."""

from edge.tasks.common.category_painter import paint

__all__ = ["SHOWS_PEOPLE", "paint"]

SHOWS_PEOPLE = False
