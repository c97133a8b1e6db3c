"""The monitor shows what is new wherever there is a screen; whatever becomes of that, all else goes on."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.monitor.monitor import Monitor
from edge.monitor.screen_process import Limits
from edge.monitor.settings import DisplaySettings
from edge.tasks.common.occupancy import Occupancy
from edge.types import Frame
from tests.broker import wait_until
from tests.monitor.given import PEOPLE, children, open_files, people_in, resident_kb, status_of
from tests.monitor.x11 import ESCAPE, Client, Display, running_display, skip_without_windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.monitor.status import Status
    from edge.types import ImageArray

TITLE = "kitchen"
RED, BLUE = (200, 30, 30), (20, 40, 220)
PATIENT, QUICK = Limits(stop_s=0.5), Limits(silence_s=4.0, stop_s=0.5)
"""On a busy machine a process may be slow to answer; only where it hangs is that to be seen soon."""
LOSSES = int(os.environ.get("EDGE_SCREEN_LOSSES", "2"))


class Appliance:
    """A monitor, and what feeds it: each look at it is one more frame, with people looked for in it."""

    def __init__(self, monitor: Monitor, occupancy: Occupancy) -> None:
        self.monitor, self.occupancy = monitor, occupancy
        self.number = 0
        self.color = RED

    def state(self) -> str:
        """How the monitor is doing, with one frame more."""
        self.number += 1
        image: ImageArray = np.empty((240, 320, 3), np.uint8)
        image[:] = self.color
        now_ns = time.monotonic_ns()
        frame = Frame(self.number, image, now_ns, now_ns)
        self.monitor.take_frame(frame)
        self.monitor.put(people_in(frame))
        time.sleep(0.03)
        return self.monitor.stats().state

    def waits_for(self, state: str) -> None:
        wait_until(lambda: self.state() == state, f"the monitor is {state}")

    def sees(self, display: Display, color: tuple[int, int, int]) -> None:
        """Wait until the middle of the display has that colour."""
        with Client(display) as client:
            wait_until(lambda: self.state() and _is_seen(client, color), f"{color} is seen")


def _is_seen_on(display: Display, color: tuple[int, int, int]) -> bool:
    with Client(display) as client:
        return _is_seen(client, color)


def _is_seen(client: Client, color: tuple[int, int, int]) -> bool:
    picture = client.picture()
    middle = picture[picture.shape[0] // 2, picture.shape[1] * 2 // 3]
    return bool(np.abs(middle.astype(int) - color).max() < 12)


@contextmanager
def running(
    *,
    settings: DisplaySettings | None = None,
    window: bool = True,
    only_skeletons: bool = False,
    status: Callable[[], Status] = lambda: status_of(PEOPLE),
    limits: Limits = PATIENT,
) -> Iterator[Appliance]:
    occupancy = Occupancy()
    monitor = Monitor(
        settings or DisplaySettings(),
        TITLE,
        status,
        occupancy,
        is_service=False,
        window=window,
        only_skeletons=only_skeletons,
        limits=limits,
    )
    monitor.start()
    try:
        yield Appliance(monitor, occupancy)
    finally:
        monitor.stop()
        assert not drawing_processes()


def drawing_processes() -> list[int]:
    return [pid for pid in children() if "edge.monitor.child" in command_line(pid)]


def command_line(pid: int) -> str:
    """Of a process of ours; empty for one that has ended meanwhile."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


@pytest.fixture(scope="module")
def shared_display() -> Iterator[Display]:
    with running_display() as display:
        yield display


@pytest.fixture
def display(shared_display: Display, monkeypatch: pytest.MonkeyPatch) -> Display:
    monkeypatch.setenv("DISPLAY", shared_display.name)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return shared_display


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)


def test_the_camera_is_seen_in_a_window_and_closing_it_ends_nothing_else(display: Display) -> None:
    with running() as appliance:
        appliance.sees(display, RED)
        appliance.color = BLUE
        appliance.sees(display, BLUE)
        wait_until(lambda: appliance.state() and appliance.monitor.stats().latency_ms, "pictures are counted")
        stats = appliance.monitor.stats()
        assert (stats.state, stats.error, appliance.monitor.trouble()) == ("showing", None, "")
        assert stats.fps > 0
        with Client(display) as client:
            window = client.window(f"Edge – {TITLE}")  # noqa: RUF001
            assert window is not None
            client.click_close(window)
            appliance.waits_for("closed")
            wait_until(lambda: client.window(TITLE) is None, "the window is gone")
        assert appliance.state() == "closed"
        assert appliance.monitor.trouble() == ""
        wait_until(lambda: not drawing_processes(), "nobody draws any more")


def test_a_picture_on_all_of_the_screen_is_closed_by_a_key(display: Display) -> None:
    with running(settings=DisplaySettings(backend="screen"), window=False) as appliance:
        appliance.sees(display, RED)
        with Client(display) as client:
            window = client.window(TITLE)
            assert window is not None
            client.press(window, ESCAPE)
            appliance.waits_for("closed")


def test_no_pixel_of_the_camera_is_seen_where_only_skeletons_may_be(display: Display) -> None:
    with running(only_skeletons=True) as appliance, Client(display) as client:
        appliance.waits_for("showing")
        for _ in range(20):
            appliance.state()
        colors = np.unique(client.picture().reshape(-1, 3), axis=0).astype(int)
        assert np.abs(colors - RED).max(axis=1).min() > 40
        appliance.monitor.tune(DisplaySettings(), only_skeletons=False)
        appliance.sees(display, RED)
        appliance.monitor.tune(DisplaySettings(theme="skeleton"), only_skeletons=False)
        wait_until(lambda: appliance.state() and not _is_seen(client, RED), "the camera is seen no more")


@pytest.mark.long
def test_one_that_hangs_or_dies_is_replaced(display: Display) -> None:
    with running(limits=QUICK) as appliance:
        appliance.sees(display, RED)
        (first,) = drawing_processes()
        os.kill(first, signal.SIGSTOP)
        appliance.waits_for("retrying")
        assert "does not answer" in appliance.monitor.trouble()
        appliance.monitor._limits = PATIENT  # of those that follow
        appliance.waits_for("showing")
        (second,) = drawing_processes()
        os.kill(second, signal.SIGKILL)
        appliance.waits_for("retrying")
        appliance.waits_for("showing")
        assert {first, second}.isdisjoint(drawing_processes())
        assert appliance.monitor.trouble() == ""


def test_it_sleeps_when_nobody_is_there_and_wakes_with_the_next_person(display: Display) -> None:
    with running(settings=DisplaySettings(idle_s=0.3)) as appliance:
        appliance.occupancy.watch()
        appliance.waits_for("asleep")
        appliance.sees(display, (0, 0, 0))
        assert appliance.monitor.trouble() == ""
        appliance.occupancy.leave()  # nobody looks: there may be someone
        appliance.waits_for("showing")
        appliance.sees(display, RED)


def test_one_that_sleeps_is_not_woken_by_the_loss_of_its_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_display() as display:
        monkeypatch.setenv("DISPLAY", display.name)
        with running(settings=DisplaySettings(idle_s=0.3)) as appliance:
            appliance.occupancy.watch()
            appliance.waits_for("asleep")
            display.kill()
            wait_until(lambda: not drawing_processes(), "its process has ended")
            display.start()
            states = {appliance.state() for _ in range(50)}
            assert (states, drawing_processes(), appliance.monitor.trouble()) == ({"asleep"}, [], "")
            appliance.occupancy.leave()  # nobody looks: there may be someone
            appliance.sees(display, RED)


def test_a_window_that_was_closed_stays_closed_whatever_is_set(display: Display) -> None:
    with running() as appliance:
        appliance.sees(display, RED)
        with Client(display) as client:
            client.click_close(client.window(TITLE) or 0)
        appliance.waits_for("closed")
        appliance.monitor.tune(DisplaySettings(backend="none"), only_skeletons=True)
        assert {appliance.state() for _ in range(20)} == {"closed"}
        wait_until(lambda: not drawing_processes(), "nobody draws any more")


def test_settings_of_looks_are_taken_up_by_the_same_process(display: Display) -> None:
    with running() as appliance:
        appliance.sees(display, RED)
        before = drawing_processes()
        appliance.monitor.tune(DisplaySettings(theme="skeleton", connector="HDMI-A-2"), only_skeletons=False)
        wait_until(lambda: appliance.state() and not _is_seen_on(display, RED), "the camera is seen no more")
        assert drawing_processes() == before


@pytest.mark.long
def test_a_display_that_is_lost_is_taken_up_again_and_again(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    with running_display() as display:
        monkeypatch.setenv("DISPLAY", display.name)
        with running() as appliance:
            appliance.sees(display, RED)
            files, back_s, memory_kb = open_files(), [], []
            for _ in range(LOSSES):
                display.kill()
                appliance.waits_for("waiting")
                assert "no desktop" in appliance.monitor.trouble()
                display.start()
                begin_s = time.monotonic()
                appliance.sees(display, RED)
                back_s.append(time.monotonic() - begin_s)
                memory_kb.append(resident_kb())
            assert "EDGE_SCREEN_LOSSES" not in os.environ or max(back_s) < 5.0  # a busy machine may be slower
            assert memory_kb[-1] - memory_kb[0] < 8 * 1024
            assert len(drawing_processes()) == 1
            assert open_files() == files
    grown_mib = (memory_kb[-1] - memory_kb[0]) / 1024
    record_property("back", f"back after {np.median(back_s):.1f} s, at most {max(back_s):.1f} s")
    record_property("memory", f"memory {grown_mib:+.1f} MiB")


def test_sdl_without_a_display_of_its_own_is_a_window_like_any(monkeypatch: pytest.MonkeyPatch) -> None:
    skip_without_windows()
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    with running() as appliance:
        appliance.waits_for("showing")
        wait_until(lambda: appliance.state() and appliance.monitor.stats().fps > 0, "pictures are counted")


@pytest.mark.usefixtures("no_display")
def test_without_any_display_it_waits_and_says_so_where_a_window_was_asked_for() -> None:
    with running() as appliance:
        appliance.waits_for("waiting")
        assert "no desktop" in appliance.monitor.trouble()
        assert not drawing_processes()


@pytest.mark.usefixtures("no_display")
@pytest.mark.parametrize("backend", ["auto", "none"])
def test_in_the_foreground_there_is_no_picture_unless_it_is_asked_for(backend: str) -> None:
    settings = DisplaySettings(backend=backend)  # type: ignore[arg-type]
    with running(settings=settings, window=False) as appliance:
        assert appliance.state() == "off"
        assert appliance.monitor.trouble() == ""


def test_it_is_switched_on_and_off_while_it_runs(display: Display) -> None:
    with running(settings=DisplaySettings(backend="none"), window=False) as appliance:
        assert appliance.state() == "off"
        appliance.monitor.tune(DisplaySettings(backend="screen"), only_skeletons=False)
        appliance.sees(display, RED)
        appliance.monitor.tune(DisplaySettings(backend="none"), only_skeletons=False)
        appliance.waits_for("off")
        wait_until(lambda: not drawing_processes(), "nobody draws any more")


def test_whatever_goes_wrong_beside_the_screen_is_told_and_tried_again(display: Display) -> None:
    answers = iter([OSError(24, "Too many open files"), ZeroDivisionError("division by zero")])

    def status() -> Status:
        for error in answers:
            raise error
        return status_of(PEOPLE)

    with running(status=status) as appliance:
        wait_until(lambda: "Too many open files" in str(appliance.monitor.stats().error), "the first is told")
        appliance.waits_for("retrying")
        appliance.sees(display, RED)
        appliance.waits_for("showing")
