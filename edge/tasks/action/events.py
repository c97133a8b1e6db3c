"""What of its results is news: what somebody is doing, once that has settled."""

from edge.tasks.common.category_events import sight, since_ns

__all__ = ["IS_COUNTED", "SUBJECT", "sight", "since_ns"]

SUBJECT = "action"
IS_COUNTED = False
