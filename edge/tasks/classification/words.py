"""What a terminal says of classification."""

from edge.tasks.common.category_words import best, found, lines, newest, now, of_model, summary

__all__ = ["best", "found", "lines", "newest", "now", "of_model", "summary"]
