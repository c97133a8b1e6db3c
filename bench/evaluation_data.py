"""The labelled data of the figures on the cards of the models, from the test data: ``edge evaluate`` reads it.

    python -m bench.evaluation_data FOLDER

writes hands.json, face.json (landmarks that tfjs-models publish of photographs, in COCO's format), imagenet.csv and
carving.csv. The test data is in EDGE_TEST_DATA (default ../shared).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.tasks.hands.landmarks import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
REFERENCE = "reference/tfjs/images.json"
CLIP, ACTION = "media/video_action/carving_ice_rpi.mp4", "carving ice"
_LABELLED = 2


def hands(data: Path) -> dict[str, Any]:
    """The hands of a photograph."""
    published = json.loads((data / REFERENCE).read_text())["hands"]
    return _coco(data / published["image"], "hand", NAMES, published["keypoints"])


def face(data: Path) -> dict[str, Any]:
    """The eyes and irises of a face in a photograph."""
    published = json.loads((data / REFERENCE).read_text())["face_mesh"]
    names, places = zip(*published["eyes"], strict=True)
    return _coco(data / published["image"], "face", [str(name) for name in names], [places])


def _coco(
    picture: Path, name: str, names: Sequence[str], people: Iterable[Sequence[tuple[float, float]]]
) -> dict[str, Any]:
    annotations = [_annotation(number, places) for number, places in enumerate(people)]
    category = {"id": 1, "name": name, "keypoints": list(names)}
    image = {"id": 1, "file_name": str(picture.resolve())}
    return {"images": [image], "annotations": annotations, "categories": [category]}


def _annotation(number: int, places: Sequence[tuple[float, float]]) -> dict[str, Any]:
    left, top = (min(one[axis] for one in places) for axis in (0, 1))
    right, bottom = (max(one[axis] for one in places) for axis in (0, 1))
    return {
        "id": number,
        "image_id": 1,
        "category_id": 1,
        "bbox": [left, top, right - left, bottom - top],
        "keypoints": [value for x, y in places for value in (x, y, _LABELLED)],
    }


def imagenet(data: Path) -> list[tuple[str, str]]:
    """Each picture, and its class, which its name ends in."""
    pictures = sorted((data / "media/imagenet_sample").glob("*.JPEG"))
    return [(str(path.resolve()), path.stem.partition("_")[2]) for path in pictures]


def carving(data: Path) -> list[tuple[str, str]]:
    """One clip, and what is done in it."""
    return [(str((data / CLIP).resolve()), ACTION)]


def main() -> None:
    """Write all four."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in (("hands", hands(DATA)), ("face", face(DATA))):
        (folder / f"{name}.json").write_text(json.dumps(document))
    for name, rows in (("imagenet", imagenet(DATA)), ("carving", carving(DATA))):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows((("file", "label"), *rows))


if __name__ == "__main__":
    main()
