from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.runtime.edgetpu.throughput import Throughput

if TYPE_CHECKING:
    import pytest


def test_the_rate_is_that_of_the_last_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    throughput = Throughput()
    assert throughput.rate_hz() == 0
    for _ in range(50):
        throughput.count()
    assert throughput.rate_hz() == 5
    now_s = 109.0
    throughput.count()
    assert throughput.rate_hz() == 5.1
    now_s = 110.5
    assert throughput.rate_hz() == 0.1
