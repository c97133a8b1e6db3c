"""A configuration that kills the service after it was accepted: the one before is back, without a person."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from edge.config.store import LAST_GOOD
from tests.broker import PATIENCE_S, Subscriber, wait_until
from tests.cli.deadly import FAILS, IS_KILLED
from tests.cli.processes import broker_settings, toy_settings
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.broker import Broker

A_MINUTE_S = 60.0


class Service:
    """``edge run``, started again whenever it ends, as systemd does it."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.file, self.state, self.log = folder / "edge.toml", folder / "state", folder / "log"
        self.file.write_text("[mqtt]\ncontrol = true\n")
        for name in ("state", "run"):
            (folder / name).mkdir()
        own = {"STATE_DIRECTORY": str(self.state), "RUNTIME_DIRECTORY": str(folder / "run"), "PROBATION_S": "1"}
        self._environment = os.environ | own
        keys = [key for key in toy_settings(folder) if not key.startswith("pose.max")] + broker_settings(broker)
        options = [word for key in keys for word in ("--set", key)]
        self._command = [sys.executable, "-m", "tests.cli.deadly", "run", "--config", str(self.file), *options]
        self._is_over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run)
        self.starts = 0

    def _run(self) -> None:
        with self.log.open("ab") as log:
            while not self._is_over.is_set():
                self.starts += 1
                self._process = subprocess.Popen(self._command, env=self._environment, stderr=log, cwd=ROOT)
                self._process.wait()
                time.sleep(0.2)

    def reload(self, text: str, said: str) -> None:
        """Have the file taken over; returns once ``said`` stands in the log."""
        assert self._process is not None
        self.file.write_text(text)
        self._process.send_signal(signal.SIGHUP)
        wait_until(lambda: said in self.log.read_text(), said)

    @contextmanager
    def running(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            if self._process:
                self._process.terminate()
            self._thread.join(PATIENCE_S)


def ask(subscriber: Subscriber, command: str, **arguments: Any) -> dict[str, Any]:
    before = len(subscriber.seen(f"test/response/{command}"))
    subscriber.publish(f"edge/test/request/{command}", json.dumps({"arguments": arguments}).encode())
    answer: dict[str, Any] = subscriber.wait_for(f"test/response/{command}", before + 1)[-1].json()
    return answer


def test_what_could_not_be_put_in_force_is_never_remembered(tmp_path: Path, broker: Broker) -> None:
    service = Service(tmp_path, broker)
    labels = tmp_path / "labels.txt"
    labels.write_text("one too few\n")
    change = '[mqtt]\ncontrol = true\n[pose]\nfit = "stretch"\n'
    with service.running():
        wait_until((service.state / LAST_GOOD).exists, "the first one is remembered")
        service.reload(change, "configuration reloaded")
        service.reload(f'{change}[classification]\nlabels = "{labels}"\n', "the last good one stays in force")
        wait_until(lambda: "stretch" in (service.state / LAST_GOOD).read_text(), "what works is remembered")

        assert (service.state / LAST_GOOD).read_text() == change


@pytest.mark.long
@pytest.mark.parametrize("most", [FAILS, IS_KILLED])
def test_what_was_there_before_is_back_within_a_minute(tmp_path: Path, broker: Broker, most: int) -> None:
    service = Service(tmp_path, broker)
    with Subscriber(broker, "edge/test/#") as subscriber, service.running():
        wait_until((service.state / LAST_GOOD).exists, "the first one is remembered")
        time.sleep(1.5)  # it has worked for a while
        began_s = time.monotonic()
        request = {"arguments": {"key": "pose.max_people", "value": most}}  # it may be too late for an answer
        subscriber.publish("edge/test/request/config/set", json.dumps(request).encode())

        wait_until(lambda: service.starts >= 3, "it has failed, and failed again")
        before = len(subscriber.seen("test/pose"))
        subscriber.wait_for("test/pose", before + 5)
        assert time.monotonic() - began_s < A_MINUTE_S
        error = subscriber.wait_for("test/stats")[-1].json()["config_error"]
        in_force = ask(subscriber, "config/get", key="pose.max_people")["result"]["value"]
        other = ask(subscriber, "config/set", key="pose.fit", value="stretch")
        starts, is_kept = service.starts, str(most) in (service.state / LAST_GOOD).read_text()
        mended = ask(subscriber, "config/set", key="pose.max_people", value=3)
        wait_until(lambda: "max_people = 3" in (service.state / LAST_GOOD).read_text(), "that is the good one now")

    assert in_force == 4
    assert f"{service.file}: Edge did not survive it" in error
    assert "what differs from the last good one: pose.max_people" in error
    assert error.splitlines()[0] in service.log.read_text()
    assert not other["ok"]
    assert not is_kept
    assert mended["result"]["in_force"]
    assert service.starts == starts
