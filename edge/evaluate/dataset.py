"""Labelled data: which files there are, and what is true of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.camera.paths import is_folder, require_file, require_there
from edge.errors import InputError
from edge.evaluate.class_folders import read_class_folders
from edge.evaluate.coco import read_coco
from edge.evaluate.label_table import read_table
from edge.tasks.common.evaluation.mode import Keypoints

if TYPE_CHECKING:
    from pathlib import Path

    from edge.tasks.common.evaluation.entry import Entry
    from edge.tasks.common.evaluation.mode import Truths

_LABELS = "a CSV with the columns file and label, or a folder with a folder of files for each class"
_KEYPOINTS = "a JSON file in COCO's format"


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
    wanted = _KEYPOINTS if isinstance(truths, Keypoints) else _LABELS
    require_there(path, wanted)
    if not is_folder(path):
        require_file(path, wanted)
    entries, problems = _read(path, truths, wanted)
    if not entries:
        raise InputError("\n".join((*problems, f"{path} holds nothing that can be used; give {wanted}")))
    return DataSet(path.name, tuple(entries), tuple(problems))


def _read(path: Path, truths: Truths, wanted: str) -> tuple[list[Entry], list[str]]:
    is_json = not is_folder(path) and _is_json(path)
    if is_json != isinstance(truths, Keypoints):
        raise InputError(f"{path} holds no {'labels' if is_json else 'keypoints'}; give {wanted}")
    if isinstance(truths, Keypoints):
        return read_coco(path, truths)
    return read_class_folders(path) if is_folder(path) else read_table(path)


def _is_json(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
