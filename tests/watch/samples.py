"""Messages as a device sends them."""

from __future__ import annotations

import json
from typing import Any

STATS: dict[str, Any] = {
    "version": "1.2.3",
    "uptime_s": 7300.0,
    "tasks": {
        "pose": {
            "model": "movenet-lightning",
            "backend": "cpu",
            "rate_hz": 29.9,
            "inference_ms": {"p50": 11.6, "p95": 13.0, "p99": 15.0},
            "latency_ms": {"p50": 21.4, "p95": 25.0, "p99": 30.0},
        }
    },
    "camera": {"source": "picamera", "state": "running", "fps": 30.0, "frames": 900, "error": None},
    "mqtt": {"connected": True, "published": 10, "dropped": 3, "reconnects": 1},
    "memory_mb": 190.2,
    "load": 1.5,
    "temperature_c": 61.3,
    "throttled": False,
    "config_error": None,
}
SETTLED: dict[str, Any] = {
    "categories": [{"display_name": "Tabby cat", "category_name": "tabby", "score": 0.83}],
    "settled": None,
}


def message(seq: int = 1, *, run_id: str = "a", **content: Any) -> bytes:
    """A payload with what all messages begin with."""
    return json.dumps({"seq": seq, "run_id": run_id} | content).encode()
