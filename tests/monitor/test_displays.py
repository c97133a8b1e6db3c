"""Where the picture goes, by the settings and by what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.monitor.displays import DesktopDisplay, MonitorDisplay, display_of
from edge.monitor.settings import DisplaySettings
from tests.monitor.test_connectors import tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.clock import Clock


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    return tree(tmp_path, {"card0": {}, "card1": {"HDMI-A-1": "disconnected", "HDMI-A-2": "disconnected"}})


@pytest.fixture
def display(cards: Path, clock: Clock) -> Iterator[MonitorDisplay]:
    found = MonitorDisplay("auto", root=cards, clock_s=clock)
    yield found
    found.close()


def plug(cards: Path, output: str, status: str = "connected") -> None:
    (cards / output / "status").write_text(f"{status}\n")


def test_it_waits_for_a_monitor_and_draws_on_its_card(cards: Path, display: MonitorDisplay) -> None:
    assert display.find() is None
    assert display.missing == "no monitor on HDMI-A-1 or HDMI-A-2"
    plug(cards, "card1-HDMI-A-2")
    command = display.find()
    assert command is not None
    assert command[-3:] == ["kms", "card1", "HDMI-A-2"]


def test_a_monitor_that_is_unplugged_is_missed_within_a_second(
    cards: Path, display: MonitorDisplay, clock: Clock
) -> None:
    plug(cards, "card1-HDMI-A-1")
    display.find()
    clock.now_s += 5.0
    assert not display.has_changed()
    plug(cards, "card1-HDMI-A-1", "disconnected")
    clock.now_s += 1.0
    assert display.has_changed()


def test_another_monitor_at_the_same_output_is_noticed(cards: Path, display: MonitorDisplay, clock: Clock) -> None:
    plug(cards, "card1-HDMI-A-1")
    display.find()
    (cards / "card1-HDMI-A-1" / "edid").write_bytes(b"another")
    clock.now_s += 1.0
    assert display.has_changed()
    assert not display.has_changed()


def test_what_happens_at_other_outputs_changes_nothing(cards: Path, display: MonitorDisplay, clock: Clock) -> None:
    plug(cards, "card1-HDMI-A-1")
    display.find()
    plug(cards, "card1-HDMI-A-2")
    clock.now_s += 1.0
    assert not display.has_changed()


def test_the_output_that_is_asked_for_is_the_one(cards: Path, clock: Clock) -> None:
    plug(cards, "card1-HDMI-A-1")
    display = MonitorDisplay("HDMI-A-2", root=cards, clock_s=clock)
    assert display.find() is None
    assert display.missing == "no monitor on HDMI-A-2"
    display.close()


def test_a_machine_without_graphics_says_so(tmp_path: Path) -> None:
    display = MonitorDisplay("auto", root=tmp_path)
    assert display.find() is None
    assert display.missing == "no graphics card that a monitor could be plugged into"
    display.close()


DESKTOP, NO_DESKTOP = {"DISPLAY": ":5"}, {"DISPLAY": ""}


@pytest.mark.parametrize(
    ("backend", "is_service", "window", "desktop", "kind"),
    [
        ("auto", False, False, True, None),
        ("auto", False, True, True, "window"),
        ("auto", True, False, False, "kms"),
        ("screen", False, False, False, "kms"),
        ("screen", False, False, True, "full-screen"),
        ("screen", True, False, False, "kms"),
        ("none", True, False, False, None),
        ("none", False, True, True, "window"),
    ],
)
def test_the_settings_say_where(
    monkeypatch: pytest.MonkeyPatch, backend: str, *, is_service: bool, window: bool, desktop: bool, kind: str | None
) -> None:
    for name in ("WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":5" if desktop else "")
    settings = DisplaySettings(backend=backend)  # type: ignore[arg-type]
    display = display_of(settings, "kitchen", is_service=is_service, wants_window=window)
    if kind is None:
        assert display is None
        return
    assert display is not None
    assert isinstance(display, MonitorDisplay if kind == "kms" else DesktopDisplay)
    if isinstance(display, DesktopDisplay):
        monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
        command = display.find()
        assert command is not None
        assert command[-2:] == [kind, "kitchen"]
    display.close()
