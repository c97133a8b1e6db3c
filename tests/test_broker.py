"""Brokers of tests, and who listens at them, leave nothing behind."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.broker import Broker, Subscriber, leave, open_files, wait_until

if TYPE_CHECKING:
    from pathlib import Path


class Deaf(Broker):
    """One that is given up as soon as it runs."""

    def _answers(self) -> bool:
        pytest.fail("nobody answers")


def processes_of(folder: Path) -> list[str]:
    """The numbers of the processes that name a folder on their command lines."""
    done = subprocess.run(["pgrep", "--full", str(folder)], capture_output=True, text=True, check=False)
    return done.stdout.split()


def fail_with_a_broker(folder: Path) -> None:
    with Broker(folder):
        assert len(processes_of(folder)) == 1
        raise AssertionError("of the test")


def test_a_broker_ends_with_a_test_that_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="of the test"):
        fail_with_a_broker(tmp_path)
    assert processes_of(tmp_path) == []


def test_so_does_one_that_hangs(tmp_path: Path) -> None:
    with Broker(tmp_path) as broker:
        broker.freeze()
    assert processes_of(tmp_path) == []


def test_one_that_does_not_come_up_is_ended(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="nobody answers"):
        Deaf(tmp_path).start()
    assert processes_of(tmp_path) == []


def test_a_subscriber_closes_its_sockets(broker: Broker) -> None:
    before = open_files()
    subscriber = Subscriber(broker)  # kept here, so that Python does not tidy up for it
    with subscriber:
        assert open_files() > before
    assert open_files() == before


def test_also_where_the_broker_has_gone(broker: Broker) -> None:
    before = open_files()
    with Subscriber(broker) as subscriber:
        broker.kill()
        wait_until(lambda: not subscriber.connected, "the loss is noticed")
    assert open_files() == before


def test_also_where_it_is_refused(locked_broker: Broker) -> None:
    before = open_files()
    client = Client(CallbackAPIVersion.VERSION2)
    client.connect(locked_broker.host, locked_broker.port)
    client.loop_start()
    leave(client)
    assert open_files() == before
