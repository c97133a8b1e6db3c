"""A folder with a folder for each class: the name of a folder is the label of all files in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.errors import InputError
from edge.tasks.common.evaluation.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path


def read_class_folders(folder: Path) -> tuple[list[Entry], list[str]]:
    """The files in name order, and what cannot be used. Hidden files are left out without a word.

    Raises:
        InputError: the folder may not be read.
    """
    entries: list[Entry] = []
    problems: list[str] = []
    for inside in _listed(folder):
        if not inside.is_dir():
            problems.append(f"{inside}: lies beside the folders of the classes; move it into one")
            continue
        files = [path for path in _listed(inside) if path.is_file()]
        if not files:
            problems.append(f"{inside}: the folder of this class holds no file")
        entries += [Entry(path, str(path), label=inside.name) for path in files]
    return entries, problems


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise InputError(f"{folder} cannot be read ({error.strerror}); check its permissions") from error
