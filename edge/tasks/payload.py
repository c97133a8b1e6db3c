"""Results and states as the dicts that go on the wire, each as its task has it; usable without a broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.messages.payload import of_state, of_stream
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from edge.messages.payload import Header, Payload
    from edge.types import Result, TaskState


def result_payload(result: Result, header: Header) -> Payload:
    """The message of any task's result, see the schema called as the task."""
    return of_stream(result, header, tasks()[result.task].messages.stream(result, header.published))


def state_payload(state: TaskState, header: Header) -> Payload:
    """The message of any task's state, see the schema ``state/TASK``."""
    return of_state(state, header, tasks()[state.task].messages.state(state, header.published))
