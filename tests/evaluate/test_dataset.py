"""Labelled data is read as far as it can be; whatever is wrong is named with its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import InputError
from edge.evaluate.dataset import read_dataset
from edge.tasks.common.evaluation.mode import Keypoints
from edge.tasks.pose.evaluation import TRUTHS as PEOPLE
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData


def written(path: Path, text: str) -> Path:
    """A file with that text."""
    path.write_text(text, encoding="utf-8")
    return path


def annotation(id_: int = 1, image: int = 1, **changes: Any) -> dict[str, Any]:
    """Somebody with all keypoints."""
    return {
        "id": id_,
        "image_id": image,
        "category_id": 1,
        "iscrowd": 0,
        "keypoints": [10, 20, 2] * 17,
        "bbox": [0, 0, 50, 100],
        "area": 2500.0,
        **changes,
    }


def coco(folder: Path, annotations: list[Any], images: list[Any] | None = None) -> Path:
    """A file in COCO's format, of one picture unless others are given."""
    images = [{"id": 1, "file_name": "one.png"}] if images is None else images
    categories = [{"id": 1, "name": "person", "keypoints": list(COCO_17.names)}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    return written(folder / "people.json", json.dumps(document))


def test_a_table_has_a_row_for_each_file(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "file,label,note,group\na.png,red fox,x,north\nb/c.png,'n',,\n")
    data = read_dataset(path, "labels")
    first, second = data.entries
    assert (data.name, data.problems) == ("t.csv", ())
    assert (first.path, first.label, first.index, first.group) == (tmp_path / "a.png", "red fox", None, "north")
    assert (second.path, second.label, second.group, second.where) == (tmp_path / "b/c.png", "'n'", "", f"{path}:3")


def test_a_class_may_be_given_by_its_number(tmp_path: Path) -> None:
    (entry,) = read_dataset(written(tmp_path / "t.csv", "file,index\na.png,7\n"), "labels").entries
    assert entry.index == 7


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",red", "names no file"),
        ("a.png,", "has no label"),
        ("a.png", "has fewer cells than there are columns"),
        ("a.png,crane, bird", "has more cells than there are columns; put names with commas in quotes"),
    ],
)
def test_a_row_that_is_wrong_is_named_by_its_line_and_the_others_are_read(
    tmp_path: Path, row: str, reason: str
) -> None:
    path = written(tmp_path / "t.csv", f"file,label\nfirst.png,red\n{row}\nlast.png,blue\n")
    data = read_dataset(path, "labels")
    assert [entry.path.name for entry in data.entries] == ["first.png", "last.png"]
    assert data.problems == (f"{path}:3: {reason}",)


def test_a_number_of_a_class_that_is_none_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "file,index\na.png,1\nb.png,-1\n")
    assert read_dataset(path, "labels").problems == (f"{path}:3: index '-1' is not a whole number from 0 on",)


def test_what_follows_a_quote_that_never_ends_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", 'file,label\na.png,red\nb.png,"blue\nc.png,green\n')
    data = read_dataset(path, "labels")
    assert [entry.label for entry in data.entries] == ["red"]
    assert data.problems == (f"{path}:3: unexpected end of data; from here on all is left out",)


def test_the_folder_of_a_file_is_its_class(tmp_path: Path) -> None:
    for name in ("roses/1.jpg", "roses/2.jpg", "tulips/1.jpg", "tulips/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        written(tmp_path / name, "")
    (tmp_path / "daisies").mkdir()
    data = read_dataset(tmp_path, "labels")
    assert [entry.label for entry in data.entries] == ["roses", "roses", "tulips"]
    assert data.problems == (f"{tmp_path / 'daisies'}: the folder of this class holds no file",)


def test_pictures_come_with_their_annotations(shared: SharedData) -> None:
    data = read_dataset(shared.path("media/pose_coco/person_keypoints.json"), PEOPLE)
    first = data.entries[0]
    assert (len(data.entries), sum(len(entry.annotations) for entry in data.entries), data.problems) == (14, 56, ())
    assert first.path.name == "000000000785.jpg"
    assert first.path.is_file()
    assert first.annotations[0].names == COCO_17.names
    assert first.annotations[0].keypoints[0].tolist() == [367, 81, 2]
    assert first.annotations[0].box_px == pytest.approx((280.79, 44.73, 218.7, 346.68))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"keypoints": [1, 2, 2]}, "its keypoints has to be a list of 51 numbers"),
        ({"keypoints": [1, 2, "x"] * 17}, "its keypoints holds something that is no number"),
        ({"keypoints": [1, 2, float("nan")] * 17}, "its keypoints holds something that is no number"),
        ({"bbox": None}, "its bbox has to be a list of 4 numbers"),
        ({"keypoints": [1, 2, 10**400] * 17}, "its keypoints holds something that is no number"),
        ({"area": 0}, "its area is 0, not above 0"),
        ({"category_id": []}, "its category_id has to be a whole number"),
        ({"category_id": 9}, "its category_id 9 is none of the categories"),
    ],
)
def test_a_picture_with_a_wrong_annotation_is_left_out_and_named(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    images = [{"id": 1, "file_name": "one.png"}, {"id": 2, "file_name": "two.png", "group": "south"}]
    path = coco(tmp_path, [annotation(5, 1, **changes), annotation(6, 2)], images)
    data = read_dataset(path, PEOPLE)
    (entry,) = data.entries
    assert (entry.path.name, entry.group) == ("two.png", "south")
    assert data.problems == (
        f"{path}: annotations[0] (id 5): {reason}",
        f"{path}: images[0]: picture 1 is left out, as not all of its annotations can be read",
    )


def test_where_not_all_have_to_be_known_the_picture_stays(tmp_path: Path) -> None:
    path = coco(tmp_path, [annotation(5, bbox=None), annotation(6, category_id=9), annotation(7), annotation(8)])
    data = read_dataset(path, Keypoints(lambda _one: None))
    assert [len(entry.annotations) for entry in data.entries] == [2]
    assert data.problems == (
        f"{path}: annotations[0] (id 5): its bbox has to be a list of 4 numbers",
        f"{path}: annotations[1] (id 6): its category_id 9 is none of the categories",
    )


def test_things_without_keypoints_are_no_mistake(tmp_path: Path) -> None:
    path = coco(tmp_path, [annotation(), annotation(2, category_id=18)])
    document = json.loads(path.read_text())
    document["categories"].append({"id": 18, "name": "dog"})
    data = read_dataset(written(path, json.dumps(document)), PEOPLE)
    assert (len(data.entries[0].annotations), data.problems) == (1, ())


def test_a_name_that_no_file_can_have_is_named(tmp_path: Path) -> None:
    images = [{"id": 1, "file_name": "one.png"}, {"id": 2, "file_name": "x" * 5000}]
    path = coco(tmp_path, [annotation()], images)
    (problem,) = read_dataset(path, PEOPLE).problems
    assert problem.startswith(f"{path}: images[1] (id 2): its file_name of 5000 characters cannot be looked for (")


def test_everything_else_that_is_wrong_in_it_is_named(tmp_path: Path) -> None:
    images = [{"id": 1, "file_name": "one.png"}, {"id": 1, "file_name": "two.png"}, {"id": 2}, "three"]
    path = coco(tmp_path, [annotation(), annotation(2, 9), {"image_id": None}], images)
    data = read_dataset(path, PEOPLE)
    assert [entry.path.name for entry in data.entries] == ["one.png"]
    assert data.problems == (
        f"{path}: annotations[2]: its image_id has to be a whole number",
        f"{path}: images[1]: has the id of another picture, 1",
        f"{path}: images[2] (id 2): it has no file_name",
        f"{path}: images[3]: its id has to be a whole number",
        f"{path}: annotations of image 9, which is not in images",
    )


@pytest.mark.parametrize(
    ("name", "text", "truths", "reason"),
    [
        ("t.csv", "picture,label\na.png,red\n", "labels", ":1: the first line has to name the columns file and label"),
        ("t.csv", "file,label\n", "labels", "t.csv holds nothing that can be used; give a CSV"),
        ("t.csv", "file,label\na.png,red\n", PEOPLE, "t.csv holds no keypoints; give a JSON file"),
        ("p.json", "{}", "labels", "p.json holds no labels; give a CSV"),
        ("p.json", '{"images":\n [1, }', PEOPLE, "p.json:2: is no JSON"),
        ("p.json", '{"images": [], "categories": {}}', PEOPLE, "lists called annotations, categories; there are"),
        ("empty.csv", "", "labels", "empty.csv is empty"),
    ],
)
def test_data_that_cannot_be_used_at_all_is_an_error(
    tmp_path: Path, name: str, text: str, truths: Any, reason: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_dataset(written(tmp_path / name, text), truths)
    assert reason in str(caught.value)


def test_a_table_that_is_no_utf8_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("file,label\na.png,tür\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"t.csv:2: is no text in UTF-8"):
        read_dataset(path, "labels")


ODD: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    where=st.sampled_from(
        [
            *(("images",), ("annotations",), ("categories",), ("images", 0), ("annotations", 0), ("categories", 0)),
            *(("images", 0, name) for name in ("id", "file_name", "group")),
            *(("annotations", 0, name) for name in annotation()),
            *(("categories", 0, name) for name in ("id", "keypoints")),
        ]
    ),
    odd=ODD,
)
def test_whatever_stands_in_it_is_read_named_or_refused(
    tmp_path_factory: pytest.TempPathFactory, where: tuple[Any, ...], odd: Any
) -> None:
    path = coco(tmp_path_factory.mktemp("data"), [annotation(), annotation(2)])
    document = part = json.loads(path.read_text())
    for step in where[:-1]:
        part = part[step]
    part[where[-1]] = odd
    path.write_text(json.dumps(document))
    try:
        said = [*read_dataset(path, PEOPLE).problems]
    except InputError as error:
        said = str(error).splitlines()
    assert all(str(path) in sentence for sentence in said)


def test_missing_data_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist; give the path of a CSV"):
        read_dataset(tmp_path / "none.csv", "labels")
