"""Labelled data: which files there are, and what is true of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.camera.paths import is_folder, require_file, require_there
from edge.errors import InputError
from edge.evaluate.class_folders import read_class_folders
from edge.evaluate.coco import read_coco
from edge.evaluate.label_table import read_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.tasks.common.evaluation.entry import Entry
    from edge.tasks.common.evaluation.mode import Truths

    Reader = Callable[[Path], tuple[list[Entry], list[str]]]

_WANTED = {
    "labels": "a CSV with the columns file and label, or a folder with a folder of files for each class",
    "keypoints": "a JSON file in COCO's format",
}


@dataclass(frozen=True, slots=True)
class DataSet:
    """What can be used of the data, and a sentence for each thing that cannot, with its place in the file."""

    name: str
    entries: tuple[Entry, ...]
    problems: tuple[str, ...]


def read_dataset(path: Path, truths: Truths) -> DataSet:
    """Read the labels, not the files they are of. Which kind of data it is, its content says.

    Raises:
        InputError: it is missing, of another kind than ``truths``, or nothing in it can be used.
    """
    wanted = _WANTED[truths]
    require_there(path, wanted)
    if not is_folder(path):
        require_file(path, wanted)
    kind, read = _kind(path)
    if kind != truths:
        raise InputError(f"{path} holds no {truths}; give {wanted}")
    entries, problems = read(path)
    if not entries:
        raise InputError("\n".join((*problems, f"{path} holds nothing that can be used; give {wanted}")))
    return DataSet(path.name, tuple(entries), tuple(problems))


def _kind(path: Path) -> tuple[Truths, Reader]:
    if is_folder(path):
        return "labels", read_class_folders
    with path.open("rb") as file:
        is_json = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    return ("keypoints", read_coco) if is_json else ("labels", read_table)
