"""Outputs as sysfs lists them; the trees are those of machines whose cards are numbered differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.monitor.connectors import Connector, choose, connectors

if TYPE_CHECKING:
    from pathlib import Path

PI_4 = {"card0": {}, "card1": {"HDMI-A-1": "disconnected", "HDMI-A-2": "connected", "Writeback-1": "unknown"}}
PI_5 = {"card0": {"HDMI-A-1": "connected", "HDMI-A-2": "connected"}, "card1": {"DSI-1": "disconnected"}, "card2": {}}
PI_5_TOUCH = {"card0": {}, "card1": {"DSI-2": "connected"}, "card2": {"HDMI-A-1": "connected"}}


def tree(root: Path, cards: dict[str, dict[str, str]]) -> Path:
    (root / "renderD128").mkdir()
    (root / "version").write_text("drm 1.1.0 20060810\n")
    for card, outputs in cards.items():
        (root / card).mkdir()
        for name, status in outputs.items():
            (root / f"{card}-{name}").mkdir()
            (root / f"{card}-{name}" / "status").write_text(f"{status}\n")
    return root


@pytest.mark.parametrize(
    ("cards", "wanted", "chosen"),
    [
        (PI_4, "auto", "card1 HDMI-A-2"),
        (PI_5, "auto", "card0 HDMI-A-1"),
        (PI_5_TOUCH, "auto", "card1 DSI-2"),
        (PI_4, "HDMI-A-2", "card1 HDMI-A-2"),
        (PI_5, "HDMI-A-2", "card0 HDMI-A-2"),
        (PI_5_TOUCH, "HDMI-A-1", "card2 HDMI-A-1"),
        (PI_4, "Writeback-1", "card1 Writeback-1"),
        (PI_4, "HDMI-A-1", None),
        (PI_5, "HDMI-A-7", None),
        ({"card0": {"Composite-1": "unknown"}}, "auto", None),
        ({"card0": {"Writeback-1": "connected"}}, "auto", None),
        ({}, "auto", None),
    ],
)
def test_an_output_is_chosen_by_name_whatever_its_card(
    tmp_path: Path, cards: dict[str, dict[str, str]], wanted: str, chosen: str | None
) -> None:
    found = choose(connectors(tree(tmp_path, cards)), wanted)
    assert (None if found is None else f"{found.card} {found.name}") == chosen


def test_a_monitor_that_is_plugged_in_later(tmp_path: Path) -> None:
    root = tree(tmp_path, {"card1": {"HDMI-A-1": "disconnected"}})
    assert choose(connectors(root), "auto") is None
    (root / "card1-HDMI-A-1" / "status").write_text("connected\n")
    found = choose(connectors(root), "auto")
    assert found is not None
    assert (found.device, found.is_connected) == ("/dev/dri/card1", True)


def test_what_the_kernel_says_of_an_output(tmp_path: Path) -> None:
    root = tree(tmp_path, {"card1": {"HDMI-A-1": "connected", "HDMI-A-2": "disconnected"}})
    folder = root / "card1-HDMI-A-1"
    (folder / "edid").write_bytes(bytes(256))
    assert connectors(root) == (
        Connector("card1", "HDMI-A-1", "connected", bytes(256)),
        Connector("card1", "HDMI-A-2", "disconnected"),
    )


def test_no_graphics_at_all(tmp_path: Path) -> None:
    assert connectors(tmp_path / "nothing") == ()
