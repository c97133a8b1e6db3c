"""The card on a stand-in for the kernel."""

from __future__ import annotations

import errno
import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from edge.monitor.kms import abi
from edge.monitor.kms.device import Card, Output
from tests.monitor.kms.kernel import Kernel, Plug, mode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path / "card1")


@pytest.fixture
def card(kernel: Kernel) -> Iterator[Card]:
    with closing(Card(str(kernel.path), kernel)) as opened:
        yield opened


def output(card: Card, name: str = "HDMI-A-1") -> Output:
    found = card.output(name)
    assert found is not None
    return found


def test_a_file_is_no_card(kernel: Kernel) -> None:
    with closing(Card(str(kernel.path))) as card, pytest.raises(OSError, match="ioctl"):
        card.become_master()


def test_outputs_go_by_name(card: Card, kernel: Kernel) -> None:
    kernel.plugs = {
        41: Plug(number=1, connection=2, modes=()),
        44: Plug(number=2),
        47: Plug(kind=16),
        48: Plug(kind=77),
    }
    assert [output(card, name).connector_id for name in ("HDMI-A-1", "HDMI-A-2", "DSI-1", "Unknown-1")] == [
        41,
        44,
        47,
        48,
    ]
    assert [output(card, name).is_connected for name in ("HDMI-A-1", "HDMI-A-2")] == [False, True]
    assert card.output("HDMI-A-3") is None


def test_what_a_monitor_says(card: Card, kernel: Kernel) -> None:
    kernel.plugs[41] = Plug(modes=(mode(1920, 1080), mode(640, 480, 75)), encoder=22, encoders=(21, 22))
    found = output(card)
    assert [(one.hdisplay, one.vrefresh) for one in found.modes] == [(1920, 60), (640, 75)]
    assert (found.encoder_id, found.encoder_ids) == (22, (21, 22))


def test_a_monitor_that_changes_while_it_is_asked(kernel: Kernel) -> None:
    other = Plug(modes=(mode(800, 600), mode(640, 480)))
    calls: list[int] = []

    def plugged_over(fd: int, request: int, argument: object) -> None:
        calls.append(request)
        if calls.count(abi.GETCONNECTOR) == 3:  # its name, its counts, and now its modes
            kernel.plugs[41] = other
        kernel(fd, request, argument)

    with closing(Card(str(kernel.path), plugged_over)) as opened:
        assert [one.hdisplay for one in output(opened).modes] == [800, 640]
    assert calls.count(abi.GETCONNECTOR) == 4


def test_an_output_keeps_its_crtc(card: Card, kernel: Kernel) -> None:
    kernel.plugs[41].encoder, kernel.encoders[21] = 21, (32, 0b11)
    assert card.crtc_for(output(card)) == 32


def test_a_dark_output_gets_a_free_crtc(card: Card, kernel: Kernel) -> None:
    kernel.plugs = {41: Plug(encoder=21), 44: Plug(number=2, encoders=(22,))}
    kernel.encoders[21] = (31, 0b01)
    assert card.crtc_for(output(card, "HDMI-A-2")) == 32


def test_a_crtc_is_taken_over_where_none_is_free(card: Card, kernel: Kernel) -> None:
    kernel.plugs = {41: Plug(encoder=21), 44: Plug(number=2, encoders=(23,))}
    kernel.encoders |= {21: (31, 0b01), 23: (0, 0b01)}
    assert card.crtc_for(output(card, "HDMI-A-2")) == 31


def test_no_crtc(card: Card, kernel: Kernel) -> None:
    kernel.encoders[21] = (0, 0)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        card.crtc_for(output(card))


def test_a_flip_is_waited_for(card: Card, kernel: Kernel) -> None:
    assert card.flip(31, 50, timeout_s=5)
    assert card.flip(31, 51, timeout_s=5)
    assert kernel.flips == [50, 51]
    kernel.is_stuck = True
    assert not card.flip(31, 50, timeout_s=0.02)


def test_power(card: Card, kernel: Kernel) -> None:
    card.set_power(output(card), abi.POWER_OFF)
    assert kernel.power == {41: 3}
    without = Output(41, is_connected=True, modes=(), encoder_id=0, encoder_ids=(), property_ids=())
    with pytest.raises(OSError, match=os.strerror(errno.ENOTSUP)):
        card.set_power(without, abi.POWER_ON)
