"""Frames, results and messages for the tests of this room."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.demo.topic_statistics import TopicStatistics
from edge.messages.payload import Header, stats_payload
from edge.tasks.common.category_result import CategoryResult
from edge.tasks.payload import result_payload
from edge.tasks.pose.result import Pose, PoseResult
from edge.types import Box, Category, Settled
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, stats
from tests.support import make_frame

if TYPE_CHECKING:
    from typing import Literal

    from edge.types import Frame, Result

PREFIX = "edge/demo/"


def pose(frame: Frame | None = None, *, people: int = 1, x: float = 0.5) -> PoseResult:
    """People whose keypoints go from the top to the bottom at ``x``."""
    points = np.stack([np.linspace(0.1, 0.9, 17), np.full(17, x), np.full(17, 0.9)], axis=1).astype(np.float32)
    found = tuple(Pose(i + 1, 0.9, Box(x - 0.1, 0.1, 0.2, 0.8), points) for i in range(people))
    return PoseResult(frame or make_frame(), "starter-pose", "cpu", 4.0, found)


def category(
    task: Literal["classification", "action"], name: str, *, settled: bool = True, frame: Frame | None = None
) -> CategoryResult:
    """One category, and another behind it."""
    categories = (Category(0, 0.75, name, name.title()), Category(1, 0.25, "other", "Other"))
    since = Settled(name, 0) if settled else None
    return CategoryResult(task, frame or make_frame(), f"starter-{task}", "cpu", 4.0, categories, since)


def message(result: Result, seq: int = 1) -> dict[str, Any]:
    """What is sent of a result."""
    return result_payload(result, Header("demo", RUN_ID, seq, EIGHT_O_CLOCK))


def taken(*results: Result) -> TopicStatistics:
    """Statistics of a message of each result, and stats and availability as the appliance sends them."""
    statistics = TopicStatistics(PREFIX)
    statistics.take(f"{PREFIX}availability", b"online", 0.0)
    for number, result in enumerate(results):
        take(statistics, result.task, message(result), number)
    take(statistics, "stats", stats_payload(stats(), Header("demo", RUN_ID, 1, EIGHT_O_CLOCK)), len(results))
    return statistics


def take(statistics: TopicStatistics, name: str, payload: Any, now_s: float = 0.0) -> None:
    """Give statistics a JSON message."""
    statistics.take(f"{PREFIX}{name}", json.dumps(payload).encode(), now_s)
