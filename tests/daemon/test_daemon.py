"""A daemon that is asked to start anew, and told to stop as well."""

from __future__ import annotations

import os
import signal
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest

from edge.config.store import ConfigStore
from edge.daemon.daemon import Daemon, run_daemon
from edge.settings import SCHEMA
from tests.broker import Broker, Subscriber
from tests.cli.processes import broker_settings, toy_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.daemon.signals import LoopEvent
    from edge.messages.request import Request
    from edge.types import Result

RUN_S = 60.0
ANSWER_S = 15.0
"""A task that is held up for longer than twice of it ends the process."""


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_stop_that_waits_before_a_restart_wins(tmp_path: Path, is_stopped: bool) -> None:
    config_store = ConfigStore(SCHEMA, None, (*toy_settings(tmp_path), "mqtt.enabled=false"), None)
    events: SimpleQueue[LoopEvent | Request] = SimpleQueue()
    loaded, error = config_store.start()
    daemon = Daemon(config_store, loaded.settings, error, events)
    if is_stopped:
        events.put("stop")
    daemon.restart()
    assert daemon.run(RUN_S) is not is_stopped


class Caller:
    """Asks for a restart once it can be heard, and sends ``signals`` when that is answered, before it is done."""

    def __init__(self, subscriber: Subscriber, signals: Sequence[signal.Signals]) -> None:
        self.is_answered = False
        self._subscriber = subscriber
        self._signals = signals

    def put(self, result: Result) -> None:
        """Holds one task up, for which the end of the run waits."""
        if result.task != "pose" or self.is_answered or not self._subscriber.seen("test/availability"):
            return
        self._subscriber.publish("edge/test/request/restart", b"{}")
        deadline_s = time.monotonic() + ANSWER_S
        while not self.is_answered and time.monotonic() < deadline_s:
            time.sleep(0.01)
            self.is_answered = bool(self._subscriber.seen("response/restart"))
        for number in self._signals:
            os.kill(os.getpid(), number)


@pytest.mark.parametrize(("signals", "starts_anew"), [([], True), ([signal.SIGTERM], False)])
def test_so_does_one_that_comes_while_the_restart_is_under_way(
    tmp_path: Path, broker: Broker, signals: Sequence[signal.Signals], starts_anew: bool
) -> None:
    keys = (*toy_settings(tmp_path), *broker_settings(broker), "mqtt.control=true")
    with Subscriber(broker, "edge/test/#") as subscriber:
        caller = Caller(subscriber, signals)
        assert run_daemon(ConfigStore(SCHEMA, None, keys, None), seconds=RUN_S, sinks=[caller]) is starts_anew
    assert caller.is_answered
