"""The screen on a stand-in for the kernel; the virtual machine of `make test-system` has a real one."""

from __future__ import annotations

import errno
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.monitor.connectors import Connector
from edge.monitor.kms import abi
from edge.monitor.kms import screen as kms_screen
from edge.monitor.kms.device import Card
from edge.monitor.kms.screen import KmsScreen
from edge.monitor.screen import ScreenError
from tests.monitor.kms.kernel import CONSOLE_FB, Kernel, Plug, mode

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import ImageArray

HDMI = Connector("card1", "HDMI-A-1", "connected")
WIDTH, HEIGHT = 64, 32


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path / "card1")


def opened(kernel: Kernel, connector: Connector = HDMI) -> KmsScreen:
    def open_card(path: str) -> Card:
        assert path == "/dev/dri/card1"
        return Card(str(kernel.path), kernel)

    return KmsScreen(connector, open_card)


def picture(red: int, green: int, blue: int) -> ImageArray:
    return np.full((HEIGHT, WIDTH, 3), (red, green, blue), np.uint8)


def test_pictures_are_shown_one_after_the_other(kernel: Kernel) -> None:
    with closing(opened(kernel)) as screen:
        assert (screen.size, screen.is_closed) == ((WIDTH, HEIGHT), False)
        for shade in (10, 20, 30):
            screen.show(picture(shade, 100, 200))
            shown = kernel.picture(kernel.crtcs[31].fb_id)
            assert (shown[..., :3] == (200, 100, shade)).all()  # blue, green, red
        first, second, third = kernel.flips
        assert first == third != second


def test_the_mode_is_set_in_full_and_the_mouse_pointer_hidden(kernel: Kernel) -> None:
    kernel.plugs[41].modes = (mode(1920, 1200, kind=abi.MODE_PREFERRED), mode(1024, 576, 50))
    with closing(opened(kernel)) as screen:
        assert screen.size == (1024, 576)
        found = kernel.crtcs[31]
        assert (found.mode_valid, found.mode.hdisplay, found.mode.vrefresh) == (1, 1024, 50)
        assert (kernel.connected_to, kernel.cursors) == ({31: 41}, [31])


def test_a_card_without_a_mouse_pointer(kernel: Kernel) -> None:
    kernel.failing[abi.CURSOR] = errno.ENXIO
    with closing(opened(kernel)) as screen:
        screen.show(picture(1, 2, 3))
    assert len(kernel.flips) == 1


def test_the_screen_is_left_as_it_was_found(kernel: Kernel) -> None:
    kernel.crtcs[31] = abi.Crtc(crtc_id=31, fb_id=CONSOLE_FB, mode_valid=1, mode=mode(640, 480))
    screen = opened(kernel)
    assert kernel.crtcs[31].fb_id in kernel.frames
    screen.close()
    screen.close()
    assert (kernel.crtcs[31].fb_id, kernel.crtcs[31].mode.hdisplay) == (CONSOLE_FB, 640)
    assert (kernel.frames, kernel.memory) == ({}, {})


def test_a_panel_is_switched_off_and_on(kernel: Kernel) -> None:
    with closing(opened(kernel)) as screen:
        screen.set_awake(awake=False)
        screen.show(picture(1, 2, 3))
        assert (kernel.power, kernel.flips) == ({41: abi.POWER_OFF}, [])
        screen.set_awake(awake=True)
        screen.show(picture(1, 2, 3))
        assert (kernel.power, len(kernel.flips)) == ({41: abi.POWER_ON}, 1)


def test_an_image_of_another_size_is_a_mistake(kernel: Kernel) -> None:
    with closing(opened(kernel)) as screen, pytest.raises(ValueError, match="for a screen of"):
        screen.show(np.zeros((HEIGHT, WIDTH + 1, 3), np.uint8))


@pytest.mark.parametrize(
    ("request_number", "number", "said"),
    [
        (abi.SET_MASTER, errno.EACCES, "Another program is drawing on the screen"),
        (abi.SET_MASTER, errno.EBUSY, 'set display.backend = "none"'),
        (abi.SETCRTC, errno.EACCES, "Another program is drawing on the screen"),
        (abi.GETRESOURCES, errno.ENODEV, "/dev/dri/card1 with HDMI-A-1 is gone; plug the monitor in again"),
        (abi.CREATE_DUMB, errno.ENOSYS, "a driver that shows no plain pictures"),
        (abi.CREATE_DUMB, errno.ENOMEM, "no memory left"),
        (abi.SETCRTC, errno.EINVAL, "failed .Invalid argument.; replug the monitor"),
    ],
)
def test_why_there_is_no_screen(kernel: Kernel, request_number: int, number: int, said: str) -> None:
    kernel.failing[request_number] = number
    with pytest.raises(ScreenError, match=said):
        opened(kernel)
    assert (kernel.frames, kernel.memory) == ({}, {})


@pytest.mark.parametrize(
    ("plug", "said"),
    [
        (Plug(connection=2), "No monitor on HDMI-A-1"),
        (Plug(modes=()), "add video=HDMI-A-1:1920x1080M@60D"),
        (Plug(number=2), "has no output HDMI-A-1; see display.connector"),
    ],
)
def test_no_monitor(kernel: Kernel, plug: Plug, said: str) -> None:
    kernel.plugs = {41: plug}
    with pytest.raises(ScreenError, match=said):
        opened(kernel)


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.EACCES, "group video"), (errno.EPERM, "DeviceAllow=char-drm"), (errno.ENOENT, "is gone")],
)
def test_a_card_that_cannot_be_opened(number: int, said: str) -> None:
    def refuse(_path: str) -> Card:
        raise OSError(number, "no")

    with pytest.raises(ScreenError, match=said):
        KmsScreen(HDMI, refuse)


def test_a_screen_that_is_lost(kernel: Kernel) -> None:
    with closing(opened(kernel)) as screen:
        kernel.failing = dict.fromkeys((abi.PAGE_FLIP, abi.SETPROPERTY, abi.SETCRTC, abi.RMFB), errno.ENODEV)
        for use in (partial(screen.show, picture(1, 2, 3)), partial(screen.set_awake, awake=False)):
            with pytest.raises(ScreenError, match="is gone"):
                use()


def test_a_screen_that_takes_no_picture_is_not_waited_for_long(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kms_screen, "FLIP_TIMEOUT_S", 0.02)
    kernel.is_stuck = True
    with closing(opened(kernel)) as screen, pytest.raises(ScreenError, match=r"has not taken a picture for 0\.02 s"):
        screen.show(picture(1, 2, 3))
