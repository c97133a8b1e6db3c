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

    from edge.tasks.common.evaluation.mode import Keypoints

_LISTS = ("images", "annotations", "categories")
_BOX = 4
_MOST = 1e9
"""No picture has so many pixels; NaN is not below it either."""


def read_coco(path: Path, truths: Keypoints) -> tuple[list[Entry], list[str]]:
    """An entry for each picture, in the order of their ids, and a sentence for all that is left out.

    An annotation that is wrong is left out, and where all count the picture with it. Pictures lie beside the file or in
    a folder ``images`` there. ``group`` of a picture is its group.

    Raises:
        InputError: it is no JSON, or has none of the lists.
    """
    document = _document(path)
    names = {one["id"]: _names(one) for one in document["categories"] if _has_id(one)}
    if not any(names.values()):
        raise InputError(f"{path}: no category has keypoints")
    annotations, wrong, problems = _annotations(path, document["annotations"], names, truths)
    left_out = wrong if truths.all_count else set[int]()
    entries: dict[int, Entry] = {}
    for number, image in enumerate(document["images"]):
        where = f"{path}: images[{number}]"
        try:
            id_ = _new_id(image, entries, left_out)
            where += f" (id {id_})"
            entries[id_] = Entry(_file(path.parent, image), where, _group(image), annotations=tuple(annotations[id_]))
        except ValueError as error:
            problems.append(f"{where}: {error}")
    known = entries.keys() | left_out
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


def _has_id(category: object) -> bool:
    return isinstance(category, dict) and type(category.get("id")) is int


def _names(category: Mapping[str, Any]) -> tuple[str, ...]:
    """Of its keypoints; none of most things."""
    names = category.get("keypoints")
    return tuple(names) if isinstance(names, list) and all(isinstance(name, str) for name in names) else ()


def _annotations(
    path: Path, listed: list[object], names: Mapping[int, tuple[str, ...]], truths: Keypoints
) -> tuple[dict[int, list[Annotation]], set[int], list[str]]:
    """Annotations by picture, pictures with one that is wrong, and what is wrong; things without keypoints are left."""
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
            if own := _names_of(one, names):
                annotation = _annotation(one, own)
                truths.check(annotation)
                found[image].append(annotation)
        except ValueError as error:
            problems.append(f"{where} (id {one.get('id', 'missing')}): {error}")
            wrong.add(image)
    return found, wrong, problems


def _names_of(one: Mapping[str, Any], names: Mapping[int, tuple[str, ...]]) -> tuple[str, ...]:
    category = _whole(one, "category_id")
    if category not in names:
        raise ValueError(f"its category_id {category} is none of the categories")
    return names[category]


def _annotation(one: Mapping[str, Any], names: tuple[str, ...]) -> Annotation:
    keypoints = _numbers(one, "keypoints", 3 * len(names)).reshape(-1, 3)
    x, y, width, height = _numbers(one, "bbox", _BOX).tolist()
    (area,) = _numbers({"area": [one.get("area", width * height)]}, "area", 1).tolist()
    if area <= 0:
        raise ValueError(f"its area is {area:g}, not above 0")
    return Annotation(names, keypoints, (x, y, width, height), area, bool(one.get("iscrowd", 0)))


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
    try:
        return beside if beside.exists() else folder / "images" / name
    except OSError as error:
        raise ValueError(f"its file_name of {len(name)} characters cannot be looked for ({error.strerror})") from None


def _group(image: Mapping[str, Any]) -> str:
    return str(image.get("group", ""))
