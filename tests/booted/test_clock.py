"""A clock that jumps by ten years, forth and back, harms nothing: all that is measured is measured monotonically.

libfaketime gives the service another time of day, and leaves the monotonic clock as it is.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.booted.conftest import STAND_INS
from tests.booted.machine import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine

CLOCK = "/run/edge-clock"
FAKE = f"""
[Service]
Environment=LD_PRELOAD={STAND_INS}/tests/booted/site/sleep.so:/usr/$LIB/faketime/libfaketime.so.1
Environment=FAKETIME_TIMESTAMP_FILE={CLOCK} FAKETIME_CACHE_DURATION=1 FAKETIME_DONT_FAKE_MONOTONIC=1
"""
YEAR = dt.timedelta(days=365)


@pytest.fixture(scope="module")
def machine(boot: Boot) -> Iterator[Machine]:
    """One that sees a person who does not move."""
    files = {"/etc/systemd/system/edge.service.d/clock.conf": FAKE}
    files["/etc/edge/edge.toml"] = "[health]\nstats_interval_s = 2\n"
    with boot(files=files, stand_ins="camera") as machine:
        machine.ask("mkdir", "--parents", "/run/edge-test")
        machine.ask("touch", "/run/edge-test/camera")
        machine.ask("systemctl", "start", "mosquitto")
        wait_until(lambda: any(pose["people"] for pose in machine.listen("edge/+/pose", 5)), "somebody is seen")
        wait_until(lambda: machine.listen("edge/+/state/pose")[0]["count"] == 1, "it is believed")
        yield machine


@pytest.mark.parametrize("step", ["+10y", "-10y"])
def test_a_step_of_ten_years_is_only_seen_in_the_times_of_messages(machine: Machine, step: str) -> None:
    state = machine.listen("edge/+/state/pose")
    before, dropped = machine.unit("MainPID"), dropped_so_far(machine)
    poses = poses_around(machine, step)
    years = [(at(then, "published_at") - at(now, "published_at")) / YEAR for now, then in itertools.pairwise(poses)]
    assert [round(year) for year in years if abs(year) > 1] == [{"+10y": 10, "-10y": -10}[step]]
    missing = [then["seq"] - now["seq"] - 1 for now, then in itertools.pairwise(poses)]
    assert min(missing) == 0, "seq grows, whatever the clock does"
    # A machine with too much else to do drops results that wait to be sent, which is counted: it is not the clock.
    assert sum(missing) <= dropped_so_far(machine) - dropped, "no result is missing that is not counted"
    assert len({person["id"] for pose in poses for person in pose["people"]}) == 1, "nobody is lost"
    assert all(pose["people"] for pose in poses)
    for pose in poses:
        age_s = (at(pose, "published_at") - at(pose, "captured_at")).total_seconds()
        assert age_s == pytest.approx(pose["latency_ms"] / 1000, abs=0.01)
        assert 0 < age_s < 2, "no result is old"
    assert machine.listen("edge/+/state/pose") == state
    assert machine.unit("MainPID") == before
    assert machine.unit("NRestarts") == "0"
    set_clock(machine, "+0")
    now = dt.datetime.now(dt.UTC)
    wait_until(
        lambda: abs(at(machine.listen("edge/+/pose")[0], "published_at") - now) < YEAR, "the clock is right again"
    )


def poses_around(machine: Machine, step: str) -> list[dict[str, Any]]:
    """The messages of some seconds, in the middle of which the clock is set."""
    listener = machine.listener("edge/+/pose", 90)
    assert listener.stdout
    heard = [listener.stdout.readline() for _ in range(30)]
    set_clock(machine, step)
    rest, _ = listener.communicate(timeout=60)
    return [json.loads(line) for line in [*heard, *rest.splitlines()]]


def dropped_so_far(machine: Machine) -> int:
    """How many messages the service has dropped, by stats that are no older than this question."""
    dropped: int = machine.listen("edge/+/stats", 2)[-1]["mqtt"]["dropped"]  # the first may be what was kept
    return dropped


def set_clock(machine: Machine, step: str) -> None:
    machine.write(f"{CLOCK}.new", step)
    machine.ask("mv", f"{CLOCK}.new", CLOCK)


def at(message: dict[str, Any], field: str) -> dt.datetime:
    return dt.datetime.fromisoformat(message[field])
