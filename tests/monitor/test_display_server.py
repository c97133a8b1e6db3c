"""A desktop is there when something listens where its name points to."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from edge.monitor.display_server import is_there, wants_window
from tests.monitor.x11 import running_display


def test_an_x_server_is_there_while_it_runs() -> None:
    with running_display() as display:
        for name in (display.name, f"{display.name}.0", f"unix{display.name}"):
            assert is_there({"DISPLAY": name})
        display.kill()
        assert not is_there({"DISPLAY": display.name})
        display.start()


def test_a_wayland_compositor_is_found_by_its_socket(tmp_path: Path) -> None:
    named = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert not is_there(named)
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-9"))
        assert not is_there(named)  # it does not listen yet
        compositor.listen()
        assert is_there(named)
        assert is_there({"WAYLAND_DISPLAY": str(tmp_path / "wayland-9")})


@pytest.mark.parametrize("name", ["far.example:0", "10.0.0.7:10.0", "[fe80::1]:0"])
def test_only_sdl_can_tell_of_one_on_another_machine(name: str) -> None:
    assert is_there({"DISPLAY": name})


@pytest.mark.parametrize("name", ["", ":", ":59999", "nonsense", ":1x"])
def test_there_is_none_behind_an_odd_name(name: str) -> None:
    assert not is_there({"DISPLAY": name})


def test_a_program_without_any_of_the_names_was_not_started_on_a_desktop() -> None:
    assert not wants_window({"HOME": str(Path.home()), "DISPLAY": ""})
    assert wants_window({"WAYLAND_DISPLAY": "wayland-0"})
    assert wants_window({"DISPLAY": ":0"})
