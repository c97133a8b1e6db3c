"""Figures as bars, in one picture; drawn by matplotlib, which only this needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.errors import ConfigError, EdgeError, PackageError
from edge.evaluate.tables import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from matplotlib.axes import Axes

    from edge.evaluate.measured import Report
    from edge.tasks.common.evaluation.figure import Figure

    Bars = Mapping[str, Sequence[Figure]]

SUFFIXES = (".png", ".svg", ".pdf")
_WIDTH_IN, _HEIGHT_IN, _DPI = 10.0, 3.2, 120
_GROUP_WIDTH = 0.8
_LABELLED_BARS = 24
"""With more than so many bars their values would lie on one another."""


def check_plot(path: Path) -> None:
    """Before much is measured: whether a plot can be made there.

    Raises:
        ConfigError: it cannot be a plot. PackageError: matplotlib is missing.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"{path}: plots are written as {', '.join(SUFFIXES)}; end the name in one of them")
    if not path.parent.is_dir():
        raise ConfigError(f"{path}: give the name of a file in a folder that exists")
    _matplotlib()


def save_plot(path: Path, report: Report) -> None:
    """Write a plot of bars for each mode, and below it one of the groups of each model.

    Raises:
        EdgeError: it cannot be written.
    """
    charts = list(_charts(report))
    canvas = _matplotlib().Figure(figsize=(_WIDTH_IN, _HEIGHT_IN * len(charts)), layout="constrained")
    axes = canvas.subplots(len(charts), squeeze=False)[:, 0]
    for ax, (title, bars) in zip(axes, charts, strict=True):
        _draw(ax, title, bars)
    try:
        canvas.savefig(path, dpi=_DPI)
    except OSError as error:
        raise EdgeError(f"{path} cannot be written: {error.strerror}; check the folder and its permissions") from error


def _charts(report: Report) -> Iterator[tuple[str, Bars]]:
    for mode in dict.fromkeys(one.mode for one in report.measured):
        alike = [one for one in report.measured if one.mode == mode]
        yield f"{report.task}, {report.dataset}: {mode}", {one.model: one.figures for one in alike}
        yield from ((f"{mode}, {one.model}: groups", one.groups) for one in alike if one.groups)


def _draw(ax: Axes, title: str, bars: Bars) -> None:
    names = [figure.name for figure in next(iter(bars.values()))]
    width = _GROUP_WIDTH / len(bars)
    for number, (name, figures) in enumerate(bars.items()):
        places = [at - _GROUP_WIDTH / 2 + (number + 0.5) * width for at in range(len(names))]
        drawn = ax.bar(places, [figure.value or 0.0 for figure in figures], width, label=name)
        if len(bars) * len(names) <= _LABELLED_BARS:
            ax.bar_label(drawn, [shown(figure.value) for figure in figures], fontsize=7)
    ax.set_title(title, loc="left", fontsize=10)
    ax.set_xticks(range(len(names)), names)
    ax.margins(y=0.15)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)


def _matplotlib() -> ModuleType:
    """Its figures, without the state that pyplot keeps.

    Raises:
        PackageError: it is missing.
    """
    try:
        import matplotlib.figure  # noqa: PLC0415  # slow to load, and seldom wanted
    except ImportError as error:
        install = "pip install 'edge-vision[plots]', or: sudo apt install python3-matplotlib"
        raise PackageError(f"matplotlib, which plots need, is not installed ({error}); run: {install}") from error
    return matplotlib.figure
