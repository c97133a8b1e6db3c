"""What the messages of action say."""

from edge.tasks.common.category_messages import state, stream

__all__ = ["state", "stream"]
