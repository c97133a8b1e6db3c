"""What of its results is news: what the picture shows, once that has settled."""

from edge.tasks.common.category_events import sight, since_ns

__all__ = ["IS_COUNTED", "SUBJECT", "sight", "since_ns"]

SUBJECT = "classification"
IS_COUNTED = False
