"""How steady the results of classification are, where nobody knows what is true."""

from edge.tasks.common.category_metrics import Metrics

__all__ = ["Metrics"]
