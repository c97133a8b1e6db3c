"""The middle and the slow end of a set of durations."""

from __future__ import annotations

import numpy as np
import pytest

from edge.base.percentiles import percentiles


def test_percentiles_of_nothing_and_of_something() -> None:
    assert percentiles([]) is None
    found = percentiles(np.arange(101).tolist())
    assert found is not None
    assert (found.p50, found.p95, found.p99) == pytest.approx((50, 95, 99))
