"""``edge run`` for as long as anybody likes, with unrest around it: nothing grows, nothing is lost, nothing is said.

Every few seconds the configuration is read again (and a model with it), or the broker starts anew.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import defaultdict
from functools import partial
from itertools import cycle, pairwise
from typing import TYPE_CHECKING

import pytest

from tests.broker import Broker, Subscriber, wait_until
from tests.cli.processes import broker_settings, running
from tests.cli.steadiness import Usage, growth, trend

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


LENGTH_S = float(os.environ.get("EDGE_LONG_RUN_S", "14"))
"""A soak run takes half an hour."""
WARM_UP_S = max(5.0, min(60.0, LENGTH_S / 6))
"""Every part has done everything once, and memory that is kept for later has been asked for."""
IS_LONG = LENGTH_S > 60
UNREST_S = 10.0 if IS_LONG else 3.0
RELOADS_A_RESTART = 4 if IS_LONG else 1
"""A connection that has not held for half a minute is given ever more time before it is made again."""
SAMPLE_S = 1.0 if IS_LONG else 0.25
STATS_S = 1.0

MOST_GROWTH_MIB = 8.0
"""A model that is loaded beside the old one leaves holes in the memory."""
MOST_AN_HOUR_MIB = 8.0
SLOPE_FROM_S = 600.0
"""In less, one page more or less would make a slope."""
PASSING_DESCRIPTORS = 6
"""A socket that is being replaced, a file that is being read."""

STREAMS = ("pose", "classification", "action")
KEYS = (
    "device.id=test",
    "camera.source=synthetic",
    "camera.loop=true",
    f"camera.fps={30 if IS_LONG else 10}",
    *(f"{task}.model=starter-{task}" for task in STREAMS),
    f"health.stats_interval_s={STATS_S:g}",
)
FILES = (
    '[pose]\nscore_threshold = 0.3\n[classification]\ndisplay_names_locale = "de"\n',
    '[pose]\nscore_threshold = 0.2\n[classification]\ndisplay_names_locale = "en"\n',
)


class Listener:
    """Hears everything, over all restarts of the broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._subscriber = Subscriber(broker, "edge/test/#").__enter__()
        self.missing = 0
        self.uptimes_s: list[float] = []
        self.runs: set[str] = set()
        self.counts: defaultdict[str, int] = defaultdict(int)

    def restart_broker(self) -> None:
        """Have the broker start anew, and go on when the appliance is back."""
        before = self._subscriber
        self._broker.stop()
        self._broker.start()
        self._subscriber = Subscriber(self._broker, "edge/test/#").__enter__()
        self._subscriber.wait_for("test/pose")
        self._count(before)

    def close(self) -> None:
        """Count the last of it."""
        self._count(self._subscriber)

    def _count(self, subscriber: Subscriber) -> None:
        """Hold all that was heard over one connection against the schemas, and count it."""
        subscriber.__exit__(None)
        for name in STREAMS:
            numbers = {message.json()["seq"] for message in subscriber.seen(f"test/{name}")}
            self.counts[name] += len(numbers)
            self.missing += max(numbers) - min(numbers) + 1 - len(numbers) if numbers else 0
        for message in subscriber.seen("test/stats"):
            self.uptimes_s.append(message.json()["uptime_s"])
            self.runs.add(message.json()["run_id"])


@pytest.fixture
def lasting_broker(tmp_path: Path) -> Iterator[Broker]:
    """One on a port that nobody else is given while it is away: those are above 32767."""
    ports = range(20_000 + os.getpid() % 10_000, 32_768)
    with Broker(tmp_path, port=next(port for port in ports if _is_free(port))) as broker:
        yield broker


def _is_free(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex((Broker.host, port)) != 0


def reloads(process: subprocess.Popen[bytes], folder: Path) -> Iterator[None]:
    """Each step takes another configuration over."""
    for text in cycle(FILES):
        before = (folder / "log").read_text().count("configuration reloaded")
        (folder / "edge.toml").write_text(text)
        process.send_signal(signal.SIGHUP)
        wait_until(
            lambda: (folder / "log").read_text().count("configuration reloaded") > before,  # noqa: B023
            "reloaded",
        )
        yield


def watched(process: subprocess.Popen[bytes], unrest: Sequence[Callable[[], object]]) -> list[Usage]:
    """What the process uses after the warm-up, while one piece of unrest follows the other."""
    began_s = time.monotonic()
    next_s, pieces, samples = began_s + UNREST_S, cycle(unrest), []
    while (now_s := time.monotonic()) < began_s + LENGTH_S:
        if now_s > next_s:
            next(pieces)()
            next_s = time.monotonic() + UNREST_S
        assert process.poll() is None, "it has ended"
        if now_s > began_s + WARM_UP_S:
            samples.append(Usage.of(process.pid))
        time.sleep(SAMPLE_S)
    return samples


@pytest.mark.long
@pytest.mark.timeout(LENGTH_S + 300)
def test_nothing_grows_and_nothing_is_lost(
    tmp_path: Path, lasting_broker: Broker, record_property: Callable[[str, object], None]
) -> None:
    (tmp_path / "edge.toml").write_text("")
    keys = [*KEYS, *broker_settings(lasting_broker)]
    listener = Listener(lasting_broker)
    with running(keys, tmp_path / "log", "--config", str(tmp_path / "edge.toml")) as process:
        wait_until(lambda: "connected" in (tmp_path / "log").read_text(), "connected")
        reload = partial(next, reloads(process, tmp_path))
        samples = watched(process, [*[reload] * RELOADS_A_RESTART, listener.restart_broker])
    listener.close()
    assert process.returncode == 0

    memory_mib = [usage.memory_mib for usage in samples]
    slope = trend([usage.at_s for usage in samples], memory_mib)
    descriptors, threads = ([getattr(usage, name) for usage in samples] for name in ("descriptors", "threads"))
    record_property(
        "measured",
        f"memory {memory_mib[-1]:.0f} MiB, {slope} MiB an hour, {growth(memory_mib):+.1f} MiB from first to last fifth;"
        f" file descriptors {min(descriptors)} to {max(descriptors)}, {growth(descriptors):+.0f}; threads"
        f" {min(threads)} to {max(threads)}, {growth(threads):+.0f}; {sum(listener.counts.values()):,} results heard,"
        f" {listener.missing} missing",
    )
    assert not IS_LONG or growth(memory_mib) <= MOST_GROWTH_MIB
    assert LENGTH_S < SLOPE_FROM_S or slope.low <= MOST_AN_HOUR_MIB
    assert growth(descriptors) == growth(threads) == 0
    assert max(descriptors) - min(descriptors) <= PASSING_DESCRIPTORS
    assert listener.missing == 0
    assert min(listener.counts[name] for name in STREAMS) > (LENGTH_S if IS_LONG else 0)
    assert len(listener.runs) == 1
    assert max(later - sooner for sooner, later in pairwise(listener.uptimes_s)) < 10 * STATS_S + UNREST_S
    log = (tmp_path / "log").read_text()
    assert not [line for line in log.splitlines() if " error " in line or " critical " in line or "Traceback" in line]
