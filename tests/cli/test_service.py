"""``edge run`` as a service manager sees it."""

from __future__ import annotations

import os
import re
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.broker import Broker, Subscriber, free_port, wait_until
from tests.cli.processes import broker_settings, running, toy_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Manager:
    """The other end of the notification socket."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        self._told: list[str] = []

    def told(self) -> list[str]:
        """All messages so far."""
        while True:
            try:
                self._told.append(self._socket.recv(65536).decode())
            except BlockingIOError:
                return self._told

    def close(self) -> None:
        self._socket.close()


@contextmanager
def managed(folder: Path) -> Iterator[tuple[Manager, dict[str, str]]]:
    """A service manager, and the environment in which it starts a service."""
    manager = Manager(folder / "notify")
    environment = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "20000000"}
    try:
        yield manager, os.environ | environment
    finally:
        manager.close()


def test_the_service_manager_is_told_how_it_goes(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    with managed(tmp_path) as (manager, environment):
        with running(keys, tmp_path / "log", environment=environment) as process:
            wait_until(lambda: "READY=1" in manager.told(), "ready")
            wait_until(lambda: manager.told().count("WATCHDOG=1") > 1, "signs of life")
            wait_until(lambda: any(said.startswith("STATUS=pose") for said in manager.told()), "a sentence")
            process.send_signal(signal.SIGHUP)
            wait_until(lambda: any("RELOADING=1" in said for said in manager.told()), "reloading")
            wait_until(lambda: manager.told().count("READY=1") > 1, "ready again")
        assert "STOPPING=1" in manager.told()


def test_it_is_ready_without_camera_and_broker_and_names_both(tmp_path: Path) -> None:
    keys = [
        *[key for key in toy_settings(tmp_path) if not key.startswith("camera.")],
        "camera.source=v4l2:/dev/no-such-camera",
        "mqtt.host=127.0.0.1",
        f"mqtt.port={free_port()}",
    ]
    with managed(tmp_path) as (manager, environment), running(keys, tmp_path / "log", environment=environment):
        wait_until(lambda: "READY=1" in manager.told(), "ready")
        wait_until(
            lambda: any("no camera: " in said and "no broker: " in said for said in manager.told()), "both are named"
        )
        alive = manager.told().count("WATCHDOG=1")
        wait_until(lambda: manager.told().count("WATCHDOG=1") > alive, "it is alive")


def test_asked_to_start_anew_it_ends_and_leaves_the_rest_to_the_service_manager(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker), "mqtt.control=true"]
    with (
        managed(tmp_path) as (manager, environment),
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, tmp_path / "log", environment=environment) as process,
    ):
        subscriber.wait_for("test/stats")
        subscriber.publish("edge/test/request/restart", b"{}")
        wait_until(lambda: process.poll() is not None, "it has ended")
        assert process.returncode == 0
        assert manager.told()[-1] != "READY=1"
        assert "STOPPING=1" in manager.told()


def test_the_watchdog_s_signal_leaves_in_the_log_where_every_thread_was(tmp_path: Path) -> None:
    keys = [*toy_settings(tmp_path), "mqtt.enabled=false"]
    with managed(tmp_path) as (manager, environment):
        with running(keys, tmp_path / "log", environment=environment) as process:
            wait_until(lambda: "READY=1" in manager.told(), "ready")
            process.send_signal(signal.SIGABRT)
            wait_until(lambda: process.poll() is not None, "it has ended")
        log = (tmp_path / "log").read_text()
        assert process.returncode < 0  # by that signal, or by another where a stack changed while it was written
        assert "most recent call first" in log
        assert re.search(r'File ".*", line \d+ in \w+', log)


def test_an_error_of_the_system_while_reloading_is_told_and_survived(tmp_path: Path) -> None:
    keys = [*toy_settings(tmp_path), "mqtt.enabled=false"]
    config = tmp_path / "edge.toml"
    config.write_text("")
    with managed(tmp_path) as (manager, environment):
        with running(keys, tmp_path / "log", "--config", str(config), environment=environment) as process:
            wait_until(lambda: "READY=1" in manager.told(), "ready")
            config.unlink()
            config.symlink_to(config)  # a loop
            process.send_signal(signal.SIGHUP)
            wait_until(lambda: manager.told().count("READY=1") > 1, "ready again")
            wait_until(
                lambda: any("the configuration is wrong" in said for said in manager.told()), "told in the status"
            )
            assert process.poll() is None
        assert process.returncode == 0
