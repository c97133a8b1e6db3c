"""What of its results is news: how light it is, once that has settled."""

from edge.tasks.common.category_events import sight, since_ns

__all__ = ["IS_COUNTED", "SUBJECT", "sight", "since_ns"]

SUBJECT = "brightness"
IS_COUNTED = False
