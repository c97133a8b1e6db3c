"""The middle and the slow end of a set of durations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.types import Percentiles

if TYPE_CHECKING:
    from collections.abc import Sequence


def percentiles(durations_ms: Sequence[float]) -> Percentiles | None:
    """Median, 95th and 99th percentile; None of nothing."""
    if not durations_ms:
        return None
    p50, p95, p99 = np.percentile(durations_ms, (50, 95, 99)).tolist()
    return Percentiles(p50=p50, p95=p95, p99=p99)
