"""What was measured, as values; for programs as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from edge.base.percentiles import percentiles
from edge.types import Percentiles

if TYPE_CHECKING:
    from edge.benchmark.conditions import Conditions
    from edge.benchmark.machine import Machine
    from edge.benchmark.published import Published
    from edge.benchmark.rounds import Durations
    from edge.types import Backend, TaskName

_MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class MeasuredModel:
    """A task with a model, in a file, on a device: ``device`` is ``cpu`` or an EdgeTPU as ``usb:0``.

    ``fallback_for`` is the configured model while the starter model runs because that one is missing, else empty.
    ``threads`` are those of the CPU, None where an EdgeTPU computes.
    """

    task: TaskName
    model: str
    fallback_for: str
    file: str
    backend: Backend
    device: str
    threads: int | None


@dataclass(frozen=True, slots=True)
class Measurement:
    """How fast a model is: ``invoke()`` alone, and the whole way from a frame to its result, in ms.

    ``ratio`` is the median of the second over that of the first, ``rate_hz`` how many results a second there are when
    each frame follows the last at once. ``published`` is what others have said of the same model.
    """

    measured: MeasuredModel
    invoke_ms: Percentiles
    pipeline_ms: Percentiles
    ratio: float
    rate_hz: float
    published: tuple[Published, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. ``notices`` are to be known when it is read, ``problems`` say what could not be measured."""

    machine: Machine
    conditions: Conditions
    measurements: tuple[Measurement, ...]
    notices: tuple[str, ...]
    problems: tuple[str, ...]


def measurement_of(
    measured: MeasuredModel, durations: Durations, published: tuple[Published, ...]
) -> Measurement | None:
    """The figures; None where no frame has given a result."""
    invoke_ms, pipeline_ms = percentiles(durations.invoke_ms), percentiles(durations.pipeline_ms)
    if invoke_ms is None or pipeline_ms is None:
        return None
    ratio = round(pipeline_ms.p50 / invoke_ms.p50, 3)
    rate_hz = round(_MS_PER_S * len(durations.pipeline_ms) / sum(durations.pipeline_ms), 1)
    return Measurement(measured, _rounded(invoke_ms), _rounded(pipeline_ms), ratio, rate_hz, published)


def as_fields(report: Report) -> dict[str, Any]:
    """The report as JSON has it, see docs/bench.md."""
    fields = asdict(report)
    fields["measurements"] = [{**measurement.pop("measured"), **measurement} for measurement in fields["measurements"]]
    return fields


def _rounded(found: Percentiles) -> Percentiles:
    """To the microsecond."""
    return Percentiles(round(found.p50, 3), round(found.p95, 3), round(found.p99, 3))
