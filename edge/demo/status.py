"""What the terminal shows of the demo at a moment; all of it came over MQTT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.demo.topic_statistics import TopicReport
    from edge.types import TaskName


@dataclass(frozen=True, slots=True)
class DemoStatus:
    """``elapsed_s`` since the appliance was started, ``shows`` what the scene shows, ``topics`` what has come."""

    elapsed_s: float
    shows: str
    topics: Mapping[str, TopicReport]

    def latest(self, task: str) -> Any:
        """The newest message of a task; None before the first."""
        report = self.topics.get(task)
        return None if report is None else report.latest

    @property
    def tasks(self) -> tuple[TaskName, ...]:
        """Those that are not switched off, by what their states say."""
        return tuple(task for task in tasks() if not self._is_off(task))

    def _is_off(self, task: TaskName) -> bool:
        state = self.latest(f"state/{task}")
        return state is not None and state["model"] is None

    @property
    def messages(self) -> int:
        """All messages so far, the invalid ones included."""
        return sum(report.valid + report.invalid for report in self.topics.values())

    @property
    def invalid(self) -> int:
        """Messages that are not as their schemas say."""
        return sum(report.invalid for report in self.topics.values())


def newest_frame(topics: Mapping[str, TopicReport]) -> int | None:
    """The highest number of a frame that any task has answered; None before the first."""
    latest = [topics[task].latest for task in tasks() if task in topics]
    return max((message["frame"]["number"] for message in latest if message is not None), default=None)


def in_words(status: DemoStatus, task: str) -> str:
    """The newest result of a task in a few words."""
    message = status.latest(task)
    if message is None:
        return "nothing yet"
    return tasks()[task].words.newest(message)
