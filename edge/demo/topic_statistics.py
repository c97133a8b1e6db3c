"""What came over MQTT, by topic: counted, held against the schemas, and the newest of each kept."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edge.base.percentiles import percentiles
from edge.errors import EdgeError
from edge.messages.sequence import SequenceGaps
from edge.tasks.schema import load_schema, schema_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.types import Percentiles

_WINDOW_S = 3.0
"""Over how long the present rate is measured."""
_MOST_SAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class TopicReport:
    """One topic so far.

    ``lost`` messages are gaps in ``seq``. ``rate_hz`` is that of the last seconds, ``mean_rate_hz`` that of the whole
    time. ``latency_ms`` runs from the capture of a frame to its message; None where messages have none. ``latest`` is
    the newest message, ``problem`` what was wrong with the first invalid one.
    """

    valid: int
    invalid: int
    lost: int
    rate_hz: float
    mean_rate_hz: float
    latency_ms: Percentiles | None
    latest: Any
    problem: str


@dataclass(slots=True)
class _TopicCounts:
    valid: int = 0
    invalid: int = 0
    gaps: SequenceGaps = field(default_factory=lambda: SequenceGaps(hears_all=True))
    first_s: float = 0.0
    last_s: float = 0.0
    recent_s: deque[float] = field(default_factory=lambda: deque(maxlen=1000))
    latency_ms: deque[float] = field(default_factory=lambda: deque(maxlen=_MOST_SAMPLES))
    latest: Any = None
    problem: str = ""

    def report(self, now_s: float) -> TopicReport:
        span_s = self.last_s - self.first_s
        recent = sum(1 for moment_s in self.recent_s if moment_s > now_s - _WINDOW_S)
        return TopicReport(
            valid=self.valid,
            invalid=self.invalid,
            lost=self.gaps.lost,
            rate_hz=recent / _WINDOW_S if now_s - self.first_s >= _WINDOW_S else 0.0,
            mean_rate_hz=(self.valid + self.invalid - 1) / span_s if span_s else 0.0,
            latency_ms=percentiles(list(self.latency_ms)),
            latest=self.latest,
            problem=self.problem,
        )


class TopicStatistics:
    """Takes every message of one device; written by the subscriber's thread, read by others.

    Raises:
        EdgeError: what checks schemas is not installed.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._validators = _validators()
        self._topics: dict[str, _TopicCounts] = {}
        self._lock = threading.Lock()

    def take(self, topic: str, payload: bytes, now_s: float) -> None:
        """Count a message that came at ``now_s`` (monotonic)."""
        name = topic.removeprefix(self.prefix)
        message, problem = self._read(name, payload)
        with self._lock:
            record = self._topics.setdefault(name, _TopicCounts(first_s=now_s))
            record.last_s = now_s
            record.recent_s.append(now_s)
            if problem:
                record.invalid += 1
                record.problem = record.problem or problem
                return
            record.valid += 1
            record.latest = message
            if isinstance(message, dict):
                record.gaps.take(message)
                if message.get("latency_ms") is not None:
                    record.latency_ms.append(message["latency_ms"])

    def reports(self, now_s: float) -> Mapping[str, TopicReport]:
        """Each topic, below the device's, as it stands at ``now_s``; in the order they first came."""
        with self._lock:
            return {name: topic.report(now_s) for name, topic in self._topics.items()}

    def _read(self, name: str, payload: bytes) -> tuple[Any, str]:
        """The message, and what is wrong with it: empty for nothing."""
        validator = self._validators.get(name)
        if validator is None:
            return None, "no schema is known for this topic"
        try:
            message = payload.decode() if name == "availability" else json.loads(payload)
        except ValueError as error:
            return None, f"not JSON: {error}"
        problem = next(iter(validator.iter_errors(message)), None)
        return message, "" if problem is None else f"{problem.json_path}: {problem.message}"


def _validators() -> Mapping[str, Any]:
    try:
        from jsonschema import Draft202012Validator  # noqa: PLC0415  # comes with the extra `demo`
    except ImportError as error:
        raise EdgeError(
            "the demo checks each message with jsonschema, which is not installed; run: pip install 'edge-vision[demo]'"
        ) from error
    return {name: Draft202012Validator(load_schema(name)) for name in schema_names()}
