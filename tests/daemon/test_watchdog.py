from __future__ import annotations

import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field

import pytest
from paho.mqtt.client import Client

from edge.base.heartbeat import Heartbeats
from edge.daemon.notify import ServiceManager
from edge.daemon.pipeline import Pipeline
from edge.daemon.watchdog import UNWATCHED_LIMIT_S, Watchdog, limit_s
from edge.mqtt.publisher import Publisher
from edge.mqtt.settings import MqttSettings
from tests.broker import Broker, wait_until
from tests.camera.fake import FakeCamera
from tests.daemon.sources import OpenBy


@dataclass
class Told(ServiceManager):
    """A service manager that remembers what it was told."""

    said: list[str] = field(default_factory=list)
    watchdog_s: float | None = None

    def ready(self) -> None:
        self.said.append("ready")

    def alive(self) -> None:
        self.said.append("alive")


def test_ready_is_said_once_when_every_loop_has_begun() -> None:
    manager, heartbeats = Told(), Heartbeats()
    watchdog, heartbeat = Watchdog(manager, heartbeats), heartbeats.add("pose")
    watchdog.look()
    heartbeat.rest()
    watchdog.look()
    watchdog.look()
    assert manager.said == ["alive", "ready", "alive", "alive"]


def test_a_loop_that_hangs_ends_the_process_at_the_second_look() -> None:
    manager, heartbeats, given_up = Told(), Heartbeats(limit_s=0.0), []
    watchdog = Watchdog(manager, heartbeats, lambda: given_up.append(True))
    heartbeat = heartbeats.add("camera")
    heartbeat.work()
    watchdog.look()
    assert given_up == []
    assert "alive" not in manager.said
    watchdog.look()
    assert given_up == [True]


def test_who_was_stopped_with_the_whole_process_is_given_a_second_look() -> None:
    manager, heartbeats, given_up = Told(), Heartbeats(limit_s=0.0), []
    watchdog = Watchdog(manager, heartbeats, lambda: given_up.append(True))
    heartbeat = heartbeats.add("camera")
    heartbeat.work()
    watchdog.look()
    heartbeat.rest()
    watchdog.look()
    assert given_up == []
    assert manager.said[-1] == "alive"


def test_after_a_gap_of_its_own_it_counts_anew() -> None:
    manager, now_s, given_up = Told(), [0.0], []
    heartbeats = Heartbeats(limit_s=15.0, clock_s=lambda: now_s[0])
    watchdog = Watchdog(manager, heartbeats, lambda: given_up.append(True), lambda: now_s[0])
    heartbeats.add("pose").work()
    for now_s[0] in (60.0, 61.0, 62.0):  # stopped for a minute, and at the same slow frame since
        watchdog.look()
    assert given_up == []
    assert manager.said[-1] == "alive"
    for now_s[0] in range(63, 80):
        watchdog.look()
    assert given_up != [], "it is not at work any more"


def test_it_looks_by_itself_whatever_the_main_thread_does_until_it_is_stopped() -> None:
    manager, heartbeats, given_up = Told(), Heartbeats(limit_s=0.0), threading.Event()
    watchdog, main = Watchdog(manager, heartbeats, given_up.set), heartbeats.add("main")
    main.rest()
    with watchdog:
        wait_until(lambda: manager.said == ["ready", "alive"], "a first look")
        main.work()  # and never comes back
        wait_until(given_up.is_set, "the main thread is found hanging")
    assert not [thread for thread in threading.enumerate() if thread.name == "watchdog"]


def test_the_service_manager_says_how_long_is_too_long() -> None:
    assert limit_s(Told(watchdog_s=20.0)) == 15.0
    assert limit_s(Told()) == UNWATCHED_LIMIT_S


def test_a_camera_that_does_not_answer_is_named() -> None:
    released = threading.Event()

    class Stuck(FakeCamera):
        def read(self) -> None:
            released.wait(30)

    camera = Stuck(width=16, height=16, count=5, live=True)
    heartbeats = Heartbeats(limit_s=0.05)
    pipeline = Pipeline(OpenBy("stuck", live=True, open=lambda: camera), [], [], heartbeats=heartbeats)
    pipeline.start()
    wait_until(lambda: heartbeats.stopped() == ("camera",), "the camera is found hanging")
    released.set()
    pipeline.join()
    assert heartbeats.stopped() == ()


@pytest.mark.parametrize("stderr", ["sys.stderr", "None"])
def test_giving_up_ends_the_process_even_where_nothing_can_be_written(stderr: str) -> None:
    program = f"import sys\nfrom edge.daemon.watchdog import give_up\nsys.stderr = {stderr}\ngive_up()"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 1


def test_whoever_ends_the_process_has_it_tell_where_every_thread_was() -> None:
    program = (
        "import os\nfrom edge.daemon.watchdog import tell_at_a_crash\n"
        "def the_end(): os.abort()\ntell_at_a_crash()\nthe_end()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGABRT
    assert "in the_end" in done.stderr


def test_giving_up_writes_where_every_thread_is() -> None:
    program = "from edge.daemon.watchdog import give_up\ndef the_end(): give_up()\nthe_end()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "in the_end" in done.stderr


def test_an_error_that_ends_a_thread_ends_the_process() -> None:
    program = (
        "import logging, sys, threading, time\nfrom edge.daemon.watchdog import ending_with_any_thread\n"
        "logging.basicConfig()\n"
        "with ending_with_any_thread():\n"
        "    leaving = threading.Thread(target=sys.exit)\n"
        "    leaving.start()\n"
        "    leaving.join()\n"
        "    print('still here', flush=True)\n"
        "    threading.Thread(target=lambda: 1 / 0, name='publisher').start()\n"
        "    time.sleep(60)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stdout == "still here\n", "a thread may end itself"
    assert "publisher: ended by an error" in done.stderr
    assert "ZeroDivisionError" in done.stderr


def test_a_link_to_the_broker_that_does_not_return_is_named(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    heartbeats = Heartbeats(limit_s=2.0)
    settings = MqttSettings(host=broker.host, port=broker.port)
    publisher = Publisher(settings, "toy", "run", link_heartbeat=heartbeats.add("mqtt link"))
    publisher.start()
    wait_until(lambda: publisher.status().connected, "it is connected")
    assert heartbeats.stopped() == ()
    monkeypatch.setattr(Client, "loop", lambda *_: released.wait(30))
    wait_until(lambda: heartbeats.stopped() == ("mqtt link",), "the link is found hanging")
    released.set()
    publisher.stop()
    assert heartbeats.stopped() == ()
