"""Which mode a monitor gets."""

from __future__ import annotations

import pytest

from edge.monitor.kms import abi
from edge.monitor.kms.modes import choose_mode, mode_name
from tests.monitor.kms.kernel import mode

OWN = abi.MODE_PREFERRED
UHD, FULL_HD, HD, SQUARE = mode(3840, 2160, kind=OWN), mode(1920, 1080), mode(1280, 720), mode(1280, 1024)
SLOW, FAST, FILM = mode(1920, 1080, 16), mode(1920, 1080, 120), mode(1920, 1080, 24)
HALVES = mode(1920, 1080, flags=abi.MODE_INTERLACED)


@pytest.mark.parametrize(
    ("modes", "chosen"),
    [
        pytest.param([mode(1280, 800, kind=OWN), FULL_HD], (1280, 800, 60), id="its own, although there is a larger"),
        pytest.param([UHD, FULL_HD, HD], (1920, 1080, 60), id="Full HD where its own is larger"),
        pytest.param([UHD, mode(3840, 2160, 30), HD, SQUARE], (1280, 1024, 60), id="the most pixels"),
        pytest.param([UHD, SLOW, HD], (1280, 720, 60), id="none that is too slow"),
        pytest.param([UHD, FILM, HD], (1920, 1080, 24), id="as slow as a film"),
        pytest.param([UHD, FAST, FULL_HD, FILM], (1920, 1080, 60), id="60 Hz where it can be had"),
        pytest.param([UHD, HALVES, HD], (1280, 720, 60), id="no half pictures"),
        pytest.param(
            [mode(720, 576, 50, flags=abi.MODE_INTERLACED)], (720, 576, 50), id="half pictures only: an old TV"
        ),
        pytest.param([mode(3840, 2160, 30), UHD], (3840, 2160, 60), id="its own where all are larger"),
        pytest.param([UHD, mode(640, 480)], (3840, 2160, 60), id="its own where all others are what it starts up with"),
        pytest.param([mode(800, 480, kind=OWN)], (800, 480, 60), id="its own, of a little panel"),
        pytest.param([mode(640, 480)], (640, 480, 60), id="the only one"),
        pytest.param([mode(5120, 2160, 30)], (5120, 2160, 30), id="the first where none is its own"),
        pytest.param(
            [FULL_HD, mode(3840, 2160, kind=abi.MODE_BY_COMMAND_LINE)], (3840, 2160, 60), id="the kernel's command line"
        ),
    ],
)
def test_mode(modes: list[abi.ModeInfo], chosen: tuple[int, int, int]) -> None:
    best = choose_mode(modes)
    assert best is not None
    assert (best.hdisplay, best.vdisplay, best.vrefresh) == chosen


def test_no_mode() -> None:
    assert choose_mode([]) is None


def test_modes_have_names() -> None:
    assert mode_name(FULL_HD) == "1920x1080 at 60 Hz"
