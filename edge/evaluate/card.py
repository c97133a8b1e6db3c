"""Figures that were measured, written into a model card.

A card is Markdown after Mitchell et al., "Model Cards for Model Reporting" (2019). What one command has measured stands
in it between two comments, so that the same command, given again, replaces it and leaves all else as people wrote it.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from edge.base.atomic_file import replacing
from edge.base.safe_file import in_folder
from edge.errors import ConfigError, EdgeError, InputError
from edge.evaluate.tables import shown, spread_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from edge.evaluate.measured import Measured, Report
    from edge.tasks.common.evaluation.figure import Figure

HEADINGS = (
    *("Details", "Intended use", "Out of scope", "Factors", "Metrics", "Evaluation data", "Training data", "Figures"),
    *("Ethical considerations", "Caveats and recommendations"),
)
"""What every card says, in this order."""
_FIGURES = "## Figures\n"
_BEGIN = "<!-- edge evaluate"
_END = "<!-- end of what edge evaluate wrote -->"


def check_card(path: Path) -> None:
    """Before much is measured: whether a card may be written there.

    Raises:
        ConfigError: it cannot be a card, or where figures in it end nobody knows.
    """
    if path.suffix != ".md":
        raise ConfigError(f"{path}: a card is Markdown; end the name in .md")
    if path.is_dir() or not path.parent.is_dir():
        raise ConfigError(f"{path}: give the name of a file in a folder that exists")
    if path.exists() and any(_END not in rest for rest in _text(path).split(_BEGIN)[1:]):
        raise ConfigError(f"{path}: where figures that were measured end is lost; write below them: {_END}")


def write_card(path: Path, report: Report, command: Sequence[str]) -> None:
    """Write what ``command`` has measured into the card; a new one has all headings, for a person to fill in.

    Raises:
        InputError: what is there is no text. EdgeError: it cannot be read or written.
    """
    try:
        text = _text(path) if path.exists() else _empty(report)
        card = with_figures(text, report, command)
        with in_folder(path) as target, replacing(target) as file:
            file.write(card.encode())
    except OSError as error:
        raise EdgeError(f"{path} cannot be written: {error.strerror}; check the folder and its permissions") from error


def with_figures(card: str, report: Report, command: Sequence[str]) -> str:
    """The card with these figures, in the place of those of the same task and data, else last under Figures."""
    begin = f"{_BEGIN} {report.task} {report.path.replace('--', '- -')} -->\n"
    block = f"{begin}\n{_measured_here(report, command)}\n{_END}\n"
    before, found, rest = card.partition(begin)
    if found:
        return before + block + rest.partition(_END)[2].removeprefix("\n")
    if _FIGURES not in card:
        return f"{card.rstrip()}\n\n{_FIGURES}\n{block}"
    next_heading = card.find("\n## ", card.index(_FIGURES) + len(_FIGURES))
    end = len(card) if next_heading < 0 else next_heading
    return f"{card[:end]}\n{block}{card[end:]}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{path} is no text in UTF-8; give another name") from None
    except OSError as error:
        raise EdgeError(f"{path} cannot be read: {error.strerror}; check its permissions") from error


def _empty(report: Report) -> str:
    models = ", ".join(dict.fromkeys(one.model for one in report.measured))
    sections = "".join(
        f"\n## {heading}\n" + ("" if heading == "Figures" else "\nNot stated.\n") for heading in HEADINGS
    )
    after = 'After Mitchell et al., "Model Cards for Model Reporting" (2019).'
    return f"# Model card: {models}\n\n{after}\n{sections}"


def _measured_here(report: Report, command: Sequence[str]) -> str:
    problems = f", problems: {len(report.problems)}" if report.problems else ""
    lines = [f"Measured here (files: {report.entries}{problems}) with", "", f"    {shlex.join(command)}", ""]
    for mode in dict.fromkeys(one.mode for one in report.measured):
        alike = [one for one in report.measured if one.mode == mode]
        lines += [*_table(mode, alike[0].figures, [(one.model, _values(one.figures)) for one in alike]), ""]
        for one in alike:
            if one.groups:
                lines += [*_table(f"{mode}, {one.model}", one.figures, _groups(one)), ""]
    return "\n".join(lines)


def _groups(one: Measured) -> list[tuple[str, list[str]]]:
    groups = [(name, _values(figures)) for name, figures in one.groups.items()]
    return groups + [(name, list(values)) for name, values in spread_rows(one)]


def _table(first: str, figures: Sequence[Figure], rows: Sequence[tuple[str, list[str]]]) -> Iterator[str]:
    yield _row([first, *(one.name for one in figures)])
    yield _row(["---"] * (len(figures) + 1))
    yield from (_row([name, *values]) for name, values in rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _values(figures: Sequence[Figure]) -> list[str]:
    return [f"{shown(one.value)} ({one.count} {one.of})" for one in figures]
