"""How the results of action are drawn."""

from edge.tasks.common.category_painter import Painter

__all__ = ["Painter"]
