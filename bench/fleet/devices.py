"""Devices without cameras: the appliance's own publisher, given results at a steady pace."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

import numpy as np

from edge.daemon.event_detector import new_ulid
from edge.mqtt.publisher import Publisher
from edge.mqtt.settings import MqttSettings
from edge.tasks.pose.result import Pose, PoseResult
from edge.types import NS_PER_S, Box, Event, Frame, FrameInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = (480, 640)
_IMAGE = np.zeros((*SIZE, 3), np.uint8)
_KEYPOINTS = np.linspace(0.1, 0.9, 51, dtype=np.float32).reshape(17, 3)
_SEEN = (True,) * 17
_UNLIMITED_HZ = 1000.0


class FakeDevice:
    """A device that publishes a person whenever it is told to."""

    def __init__(self, name: str, port: int) -> None:
        settings = MqttSettings(host="127.0.0.1", port=port, max_rate_hz=_UNLIMITED_HZ, discovery=False)
        self.publisher = Publisher(settings, name, str(uuid.uuid4()))
        self.results = 0
        self.events = 0

    def put_result(self) -> None:
        """Publish a person on the stream."""
        now_ns = time.monotonic_ns()
        frame = Frame(self.results, _IMAGE, now_ns, now_ns)
        person = Pose(1, 0.7, Box(0.1, 0.1, 0.4, 0.8), _KEYPOINTS, _SEEN)
        self.publisher.put(PoseResult(frame, "fake", "cpu", 20.0, (person,)))
        self.results += 1

    def put_event(self) -> None:
        """Tell that somebody has come."""
        now_ns = time.monotonic_ns()
        frame = FrameInfo(self.results, SIZE[1], SIZE[0], now_ns)
        self.publisher.put_event(Event(new_ulid(), "start", "person", now_ns, "pose", frame, "fake", "cpu", count=1))
        self.events += 1

    @property
    def waiting(self) -> int:
        """Events that the broker has not confirmed yet."""
        return self.publisher.status().waiting


def run(devices: Sequence[FakeDevice], seconds: float, results_hz: float, events_hz: float) -> float:
    """Have each device publish at its rates, evenly spread over time; the seconds it took.

    More than ``seconds`` is a machine that could not keep up.
    """
    turns = int(seconds * results_hz)
    period_ns = round(NS_PER_S / results_hz)
    per_event = max(1, round(results_hz / events_hz))
    begin_ns = time.monotonic_ns()
    for turn in range(turns):
        for number, device in enumerate(devices):
            _sleep_until(begin_ns + turn * period_ns + number * period_ns // len(devices))
            device.put_result()
            if (turn + number) % per_event == 0:
                device.put_event()
    return (time.monotonic_ns() - begin_ns) / NS_PER_S


def _sleep_until(moment_ns: int) -> None:
    left_s = (moment_ns - time.monotonic_ns()) / NS_PER_S
    if left_s > 0:
        time.sleep(left_s)
