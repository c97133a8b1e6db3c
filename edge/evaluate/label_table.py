"""A CSV of files and labels."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from edge.errors import InputError
from edge.tasks.common.evaluation.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path

FILE, LABEL, INDEX, GROUP = "file", "label", "index", "group"


def read_table(path: Path) -> tuple[list[Entry], list[str]]:
    """An entry for each row with the columns ``file``, ``label`` or ``index``, and ``group`` if there is one.

    Paths are relative to the folder of the CSV. Other columns are not looked at.

    Raises:
        InputError: it is no text in UTF-8, or has no such columns.
    """
    rows = csv.DictReader(_text(path).splitlines(keepends=True), strict=True)
    entries: list[Entry] = []
    problems: list[str] = []
    try:
        columns = rows.fieldnames or ()
        if FILE not in columns or not {LABEL, INDEX} & set(columns):
            raise InputError(f"{path}:1: the first line has to name the columns file and label (or index)")
        for row in rows:
            where = f"{path}:{rows.line_num}"
            try:
                entries.append(_entry(row, where, path.parent))
            except ValueError as error:
                problems.append(f"{where}: {error}")
    except csv.Error as error:
        problems.append(f"{path}:{rows.line_num + 1}: {error}; from here on all is left out")
    return entries, problems


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: is no text in UTF-8; save it as such") from None


def _entry(row: dict[str, str | None], where: str, folder: Path) -> Entry:
    if None in row:  # what DictReader calls the cells beyond the columns
        raise ValueError("has more cells than there are columns; put names with commas in quotes")
    if None in row.values():
        raise ValueError("has fewer cells than there are columns")
    file, label, index, group = ((row.get(name) or "").strip() for name in (FILE, LABEL, INDEX, GROUP))
    if not file:
        raise ValueError("names no file")
    if not label and not index:
        raise ValueError("has no label")
    if index and not (index.isascii() and index.isdigit()):
        raise ValueError(f"index {index!r} is not a whole number from 0 on")
    return Entry(folder / file, where, group, label, int(index) if index else None)
