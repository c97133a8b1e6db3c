"""Records as JSON objects, one a line, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edge.base.json_fields import Line, get, get_choice, get_integer, get_number
from edge.tasks.common.observer import Observation
from edge.tasks.common.tracing import Observed, TracedTask
from edge.tasks.registry import tasks
from edge.trace.recorded_settings import settings_from, settings_table
from edge.trace.records import TRACE_SCHEMA, FrameRecord, Record, TaskRecord, TraceHeader

if TYPE_CHECKING:
    from edge.config.schema import Schema
    from edge.types import Backend, TaskName

_BACKENDS = ("cpu", "edgetpu")
_MOST_PX = 65_536


def header_line(header: TraceHeader, schema: Schema) -> Line:
    """The first line."""
    return {
        "schema": TRACE_SCHEMA,
        "version": header.version,
        "device": header.device,
        "run_id": header.run_id,
        "wall_ns": header.wall_ns,
        "monotonic_ns": header.monotonic_ns,
        "tasks": [_task_line(task) for task in header.tasks],
        "settings": settings_table(schema, header.settings),
    }


def header_from(line: Line, schema: Schema) -> tuple[TraceHeader, tuple[str, ...]]:
    """The header, and the recorded settings that this Edge does not know.

    Raises:
        ValueError: it is no header.
    """
    settings, unknown = settings_from(schema, get(line, "settings", dict))
    tasks = tuple(_task_from(task) for task in get(line, "tasks", list))
    if not tasks or len({task.name for task in tasks}) < len(tasks):
        raise ValueError("'tasks' names no task, or one twice")
    header = TraceHeader(
        version=get(line, "version", str),
        device=get(line, "device", str),
        run_id=get(line, "run_id", str),
        wall_ns=get_integer(line, "wall_ns", 0),
        monotonic_ns=get_integer(line, "monotonic_ns", 0),
        tasks=tasks,
        settings=settings,
    )
    return header, unknown


def record_line(record: Record) -> Line:
    """The line of a frame or of a task with a frame."""
    return _frame_line(record) if isinstance(record, FrameRecord) else _seen_line(record)


def record_from(line: Line, header: TraceHeader) -> Record:
    """What stands in a line after the first.

    Raises:
        ValueError: it is neither a frame nor a task of this trace with a frame.
    """
    if "task" not in line:
        return _frame_from(line)
    name = get_choice(line, "task", (task.name for task in header.tasks))
    return _seen_from(line, next(task for task in header.tasks if task.name == name))


def _task_line(task: TracedTask[object]) -> Line:
    return {"name": task.name, "model": task.model} | tasks()[task.name].trace.traits_line(task.traits)


def _task_from(line: object) -> TracedTask[object]:
    if not isinstance(line, dict):
        raise ValueError("'tasks' does not hold objects")  # noqa: TRY004  # a wrong line, not a wrong call
    name = get_choice(line, "name", tasks())
    model = get(line, "model", str)
    return TracedTask(name, model, tasks()[name].trace.traits_from(line))


def _frame_line(record: FrameRecord) -> Line:
    line: Line = {
        "frame": record.number,
        "segment": record.segment,
        "timestamp_ns": record.timestamp_ns,
        "captured_ns": record.captured_ns,
        "width": record.width,
        "height": record.height,
    }
    return line | {"picture": True} if record.has_picture else line


def _frame_from(line: Line) -> FrameRecord:
    return FrameRecord(
        number=get_integer(line, "frame", 0),
        segment=get_integer(line, "segment", 0),
        timestamp_ns=get_integer(line, "timestamp_ns"),
        captured_ns=get_integer(line, "captured_ns", 0),
        width=get_integer(line, "width", 1, _MOST_PX),
        height=get_integer(line, "height", 1, _MOST_PX),
        has_picture="picture" in line and get(line, "picture", bool),
    )


def _seen_line(record: TaskRecord) -> Line:
    line: Line = {"task": record.task, "frame": record.frame}
    codecs = tasks()[record.task].trace.SIDE_INPUTS
    line |= {name: codecs[name].write(value) for name, value in record.side_inputs.items()}
    if record.observed is None:
        return line
    line |= _observed_line(record.task, record.observed)
    return line | {"again": [_observed_line(record.task, one) for one in record.again]} if record.again else line


def _seen_from(line: Line, task: TracedTask[object]) -> TaskRecord:
    codecs = tasks()[task.name].trace.SIDE_INPUTS
    side_inputs = {name: codec.read(line, name) for name, codec in codecs.items() if name in line}
    observed = _observed_from(line, task) if "observed_ns" in line else None
    again = get(line, "again", list) if "again" in line else []
    if not all(isinstance(one, dict) for one in again):
        raise ValueError("'again' does not hold objects")
    further = tuple(_observed_from(one, task) for one in again)
    return TaskRecord(task.name, get_integer(line, "frame", 0), observed, side_inputs, further)


def _observed_line(task: TaskName, observed: Observed[object]) -> Line:
    line: Line = {
        "observed_ns": observed.observed_ns,
        "inference_ms": observed.observation.inference_ms,
        "backend": observed.observation.backend,
    }
    return line | tasks()[task].trace.observed_line(observed)


def _observed_from(line: Line, task: TracedTask[object]) -> Observed[object]:
    values, crop = tasks()[task.name].trace.observed_from(line, task)
    observation = Observation(
        values=values,
        inference_ms=get_number(line, "inference_ms"),
        backend=cast("Backend", get_choice(line, "backend", _BACKENDS)),
        details=tasks()[task.name].trace.details_from(line),
    )
    return Observed(observation, get_integer(line, "observed_ns", 0), crop)
