from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.watch import devices as module
from edge.watch.devices import Devices, DeviceStatus
from tests.watch.samples import message


def only(devices: Devices, now_s: float = 10.0) -> DeviceStatus:
    (device,) = devices.reports(now_s)
    return device


def test_topics_are_told_apart_by_device_and_name() -> None:
    devices = Devices("home/cellar")
    devices.take("home/cellar/pi-2/state/pose", message(count=2), 1.0)
    devices.take("home/cellar/pi-1/availability", b"online", 2.0)
    devices.take("home/attic/pi-3/availability", b"online", 2.0)
    devices.take("home/cellar/loose", b"online", 2.0)

    one, two = devices.reports(5.0)

    assert (one.name, one.availability, one.silent_s) == ("pi-1", "online", 3.0)
    assert (two.name, two.availability, two.latest("state/pose")["count"]) == ("pi-2", "", 2)
    assert two.latest("pose") == {}


def test_gaps_in_seq_are_lost_messages_within_one_run() -> None:
    devices = Devices("edge")
    for seq in (5, 6, 9, 9, 8, 10):
        devices.take("edge/pi/pose", message(seq), 1.0)
    assert only(devices).topics["pose"].lost == 2
    devices.take("edge/pi/pose", message(7, run_id="b"), 1.0)
    devices.take("edge/pi/pose", message(9, run_id="b"), 1.0)
    assert only(devices).lost == 3


def test_the_rate_is_that_of_the_last_seconds() -> None:
    devices = Devices("edge")
    for number in range(100):
        devices.take("edge/pi/pose", message(number), number / 10)
    assert only(devices, 9.9).topics["pose"].rate_hz == 10.0
    assert only(devices, 60.0).topics["pose"].rate_hz == 0.0


@given(st.binary())
def test_what_is_no_message_is_counted_and_changes_nothing(payload: bytes) -> None:
    devices = Devices("edge")
    devices.take("edge/pi/pose", message(people=[]), 1.0)
    devices.take("edge/pi/pose", b"\xff" + payload, 2.0)
    assert only(devices).unreadable == 1
    assert only(devices).latest("pose")["people"] == []


def test_what_is_made_up_is_not_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_DEVICES", 3)
    monkeypatch.setattr(module, "MOST_TOPICS", 2)
    devices = Devices("edge")
    for number in range(9):
        devices.take(f"edge/pi-{number}/{number}", message(), 0.0)
        devices.take(f"edge/pi-0/{number}", message(), 0.0)
    names = [device.name for device in devices.reports(0.0)]
    assert names == ["pi-0", "pi-1", "pi-2"]
    assert len(devices.reports(0.0)[0].topics) == 2


def test_what_is_kept_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 10_000)
    devices = Devices("edge")
    for number in range(20):
        devices.take(f"edge/pi/{number}", message(text="x" * 900), 0.0)
        devices.take("edge/pi/availability", b"o" * 2_000, 0.0)
        devices.take(f"edge/{'n' * 1_000}{number}/pose", message(), 0.0)
    assert len(devices.reports(0.0)) < 9
    devices.take("edge/pi/0", message(text="short"), 0.0)  # in the place of a longer one
    assert next(each for each in devices.reports(0.0) if each.name == "pi").latest("0")["text"] == "short"


@pytest.mark.parametrize("seq", [10**4299, -(10**4299), 2**63, -1])
def test_a_number_that_nobody_counts_to_makes_no_gap(seq: int) -> None:
    devices = Devices("edge")
    for each in (0, seq, 1, -seq, 3):
        devices.take("edge/pi/pose", message(each), 0.0)
    assert devices.reports(0.0)[0].lost == 1
