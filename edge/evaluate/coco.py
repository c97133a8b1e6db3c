"""Keypoints in COCO's format: https://cocodataset.org/#format-data."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.errors import InputError
from edge.tasks.common.evaluation.entry import Annotation, Entry

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from pathlib import Path

_LISTS = ("images", "annotations", "categories")
_BOX = 4
_MOST = 1e9
"""No picture has so many pixels; NaN is not below it either."""


def read_coco(path: Path) -> tuple[list[Entry], list[str]]:
    """An entry for each picture, in the order of their ids; one with an annotation that is wrong is left out.

    Pictures lie beside the file or in a folder ``images`` there. ``group`` of a picture is its group.

    Raises:
        InputError: it is no JSON, or has none of the lists.
    """
    document = _document(path)
    names = {one["id"]: tuple(one["keypoints"]) for one in document["categories"] if _is_of_keypoints(one)}
    if not names:
        raise InputError(f"{path}: no category has keypoints")
    annotations, wrong, problems = _annotations(path, document["annotations"], names)
    entries: dict[int, Entry] = {}
    for number, image in enumerate(document["images"]):
        where = f"{path}: images[{number}]"
        try:
            id_ = _new_id(image, entries, wrong)
            where += f" (id {id_})"
            entries[id_] = Entry(_file(path.parent, image), where, _group(image), annotations=tuple(annotations[id_]))
        except ValueError as error:
            problems.append(f"{where}: {error}")
    known = entries.keys() | wrong
    problems += [f"{path}: annotations of image {id_}, which is not in images" for id_ in annotations.keys() - known]
    return [entries[id_] for id_ in sorted(entries)], problems


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: is no JSON ({error.msg}, column {error.colno})") from None
    except (ValueError, RecursionError):
        raise InputError(f"{path}: is no JSON that can be read") from None
    missing = [name for name in _LISTS if not isinstance(document.get(name), list)]
    if missing:
        raise InputError(f"{path}: COCO's format has lists called {', '.join(missing)}; there are none")
    return dict(document)


def _is_of_keypoints(category: object) -> bool:
    return isinstance(category, dict) and type(category.get("id")) is int and _are_names(category.get("keypoints"))


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _annotations(
    path: Path, listed: list[object], names: Mapping[int, tuple[str, ...]]
) -> tuple[dict[int, list[Annotation]], set[int], list[str]]:
    """Annotations by picture, pictures with one that is wrong, and what is wrong; those without keypoints are left."""
    found: dict[int, list[Annotation]] = defaultdict(list)
    wrong: set[int] = set()
    problems: list[str] = []
    for number, one in enumerate(listed):
        where = f"{path}: annotations[{number}]"
        image = one.get("image_id") if isinstance(one, dict) else None
        if not isinstance(one, dict) or type(image) is not int:
            problems.append(f"{where}: its image_id has to be a whole number")
            continue
        try:
            category = _whole(one, "category_id")
            if category in names:
                found[image].append(_annotation(one, names[category], number))
        except ValueError as error:
            problems.append(f"{where} (id {one.get('id', 'missing')}): {error}")
            wrong.add(image)
    return found, wrong, problems


def _annotation(one: Mapping[str, Any], names: tuple[str, ...], number: int) -> Annotation:
    keypoints = _numbers(one, "keypoints", 3 * len(names)).reshape(-1, 3)
    x, y, width, height = _numbers(one, "bbox", _BOX).tolist()
    (area,) = _numbers({"area": [one.get("area", width * height)]}, "area", 1).tolist()
    if area <= 0:
        raise ValueError(f"its area is {area:g}, not above 0")
    id_ = str(one.get("id", f"number {number}"))
    return Annotation(id_, names, keypoints, (x, y, width, height), area, bool(one.get("iscrowd", 0)))


def _numbers(one: Mapping[str, Any], name: str, count: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    values = one.get(name)
    if not isinstance(values, list) or len(values) != count:
        raise ValueError(f"its {name} has to be a list of {count} numbers")
    if not all(type(value) in {int, float} and abs(value) <= _MOST for value in values):
        raise ValueError(f"its {name} holds something that is no number")
    return np.array(values, np.float32)


def _whole(one: object, name: str) -> int:
    value = one.get(name) if isinstance(one, dict) else None
    if type(value) is not int:
        raise ValueError(f"its {name} has to be a whole number")
    return value


def _new_id(image: object, others: Container[int], wrong: Container[int]) -> int:
    id_ = _whole(image, "id")
    if id_ in others:
        raise ValueError(f"has the id of another picture, {id_}")
    if id_ in wrong:
        raise ValueError(f"picture {id_} is left out, as not all of its annotations can be read")
    return id_


def _file(folder: Path, image: Mapping[str, Any]) -> Path:
    name = image.get("file_name")
    if not isinstance(name, str) or not name:
        raise ValueError("it has no file_name")
    beside = folder / name
    return beside if beside.exists() else folder / "images" / name


def _group(image: Mapping[str, Any]) -> str:
    return str(image.get("group", ""))
