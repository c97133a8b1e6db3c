"""Plots of figures."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ConfigError, PackageError
from edge.evaluate.measured import Measured, Report
from edge.evaluate.plot import check_plot, save_plot
from edge.tasks.common.evaluation.figure import Figure
from tests.support import picture

if TYPE_CHECKING:
    from pathlib import Path


def figures(one: float, other: float | None) -> tuple[Figure, ...]:
    """Two figures, of which one may be unknown."""
    return Figure("top-1", one, 8, "pictures"), Figure("top-5", other, 8, "pictures")


def report(**groups: float) -> Report:
    """Two models."""
    by_group = {name: figures(value, None) for name, value in groups.items()}
    measured = (
        Measured("one", "picture", figures(0.5, 0.9), by_group),
        Measured("two", "picture", figures(0.7, None), {}),
    )
    return Report("classification", "birds.csv", "birds.csv", 8, measured, ())


def test_a_plot_is_a_picture_with_coloured_bars(tmp_path: Path) -> None:
    save_plot(tmp_path / "plot.png", report())
    colours = {tuple(pixel) for row in picture(tmp_path / "plot.png")[::4, ::4] for pixel in row.tolist()}
    assert (255, 255, 255) in colours
    assert sum(max(colour) - min(colour) > 100 for colour in colours) >= 2


def test_groups_have_a_plot_of_their_own_below(tmp_path: Path) -> None:
    save_plot(tmp_path / "all.png", report())
    save_plot(tmp_path / "groups.png", report(north=0.4, south=0.6))
    alone, both = (picture(tmp_path / name) for name in ("all.png", "groups.png"))
    assert np.array_equal(both.shape[:2], (2 * alone.shape[0], alone.shape[1]))


def test_a_plot_may_be_an_svg(tmp_path: Path) -> None:
    save_plot(tmp_path / "plot.svg", report(north=0.4, south=0.6))
    assert (tmp_path / "plot.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(("name", "reason"), [("plot.txt", "plots are written as .png"), ("no/plot.png", "exists")])
def test_what_cannot_be_a_plot_is_refused_before_anything_is_measured(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        check_plot(tmp_path / name)


def test_without_matplotlib_a_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(PackageError, match=r"matplotlib, which plots need.*edge-vision\[plots\]"):
        check_plot(tmp_path / "plot.png")
