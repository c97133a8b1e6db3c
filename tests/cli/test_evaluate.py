"""``edge evaluate`` as its user runs it."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.cli import config_file
from edge.cli.main import main
from edge.errors import EdgeError
from edge.overlay.video_writer import VideoWriter
from tests.cli.toys import action_model, colour_model, picture_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData

Output = pytest.CaptureFixture[str]
COLOURS = {"red": (250, 0, 0), "green": (0, 250, 0), "blue": (0, 0, 250)}
GROUPS = (
    *(("red", "red", "north"), ("green", "green", "north"), ("blue", "blue", "north"), ("blue", "red", "north")),
    *(("red", "red", "south"), ("red", "blue", "south"), ("green", "green", "west"), ("blue", "blue", "west")),
)
"""Colour, label and group of pictures: right are 3 of 4, 1 of 2 and 2 of 2."""


def evaluate(capsys: Output, *words: object, status: int = 0) -> dict[str, Any]:
    """The object of ``edge evaluate … --json``."""
    assert main(["evaluate", *map(str, words), "--json"]) == status
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def colours(folder: Path) -> Path:
    """A table of single-coloured pictures in groups."""
    table = folder / "colours.csv"
    with table.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "label", "group"))
        for number, (colour, label, group) in enumerate(GROUPS):
            picture_file(folder / f"{number}.png", np.full((24, 32, 3), COLOURS[colour], np.uint8))
            rows.writerow((f"{number}.png", label, group))
    return table


def test_groups_are_compared(tmp_path: Path, capsys: Output) -> None:
    report = evaluate(capsys, "classification", colours(tmp_path), "--model", colour_model(tmp_path))

    (measured,) = report["measured"]
    assert (report["task"], report["dataset"], report["entries"], report["problems"]) == (
        *("classification", "colours.csv", 8),
        [],
    )
    assert (measured["model"], measured["mode"]) == ("colours", "picture")
    assert measured["figures"] == {"top-1": {"value": 0.75, "count": 8, "of": "pictures"}}
    assert {name: group["top-1"]["value"] for name, group in measured["groups"].items()} == {
        "north": 0.75,
        "south": 0.5,
        "west": 1.0,
    }
    assert measured["fairness"]["top-1"] == {
        "mean": 0.75,
        "deviation": pytest.approx(math.sqrt(0.125 / 3)),
        "lowest": 0.5,
        "highest": 1.0,
        "greatest_difference": 0.5,
    }


def test_the_table_says_the_same(tmp_path: Path, capsys: Output) -> None:
    table, model = colours(tmp_path), colour_model(tmp_path)
    assert main(["evaluate", "classification", str(table), "--model", str(model)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    for row in (
        *(["colours", "0.750"], ["north", "0.750"], ["south", "0.500"], ["west", "1.000"]),
        *(["mean", "0.750"], ["deviation", "0.204"], ["range", "0.500-1.000"], ["greatest", "difference", "0.500"]),
    ):
        assert row in lines


def test_what_cannot_be_read_is_named_and_the_rest_is_measured(tmp_path: Path, capsys: Output) -> None:
    table = colours(tmp_path)
    with table.open("a") as file:
        file.write("none.png,red,north\n0.png,purple,west\n,red,\nbroken.png,red,north\n")
    (tmp_path / "broken.png").write_bytes((tmp_path / "0.png").read_bytes()[:60])
    report = evaluate(capsys, "classification", table, "--model", colour_model(tmp_path), status=1)
    assert report["measured"][0]["figures"]["top-1"] == {"value": 0.75, "count": 8, "of": "pictures"}
    assert [problem.partition(": ")[0] for problem in report["problems"]] == [
        f"{table}:{row}" for row in (12, 10, 11, 13)
    ]
    assert report["problems"][2] == f"{table}:11: label 'purple' is no class of the model"


def test_several_models_are_compared(tmp_path: Path, capsys: Output) -> None:
    one, other = colour_model(tmp_path), tmp_path / "other.tflite"
    other.write_bytes(one.read_bytes())
    report = evaluate(capsys, "classification", colours(tmp_path), "--model", one, other)
    assert [measured["model"] for measured in report["measured"]] == ["colours", "other"]


def test_models_of_one_name_are_told_apart_by_their_paths(tmp_path: Path, capsys: Output) -> None:
    one, other = colour_model(tmp_path), tmp_path / "other/colours.tflite"
    other.parent.mkdir()
    other.write_bytes(one.read_bytes())
    report = evaluate(capsys, "classification", colours(tmp_path), "--model", one, other, one)
    assert [measured["model"] for measured in report["measured"]] == ["colours", str(other)]


def test_what_was_measured_is_not_lost_where_another_model_is_missing(tmp_path: Path, capsys: Output) -> None:
    missing = tmp_path / "none.tflite"
    report = evaluate(capsys, "classification", colours(tmp_path), "--model", missing, colour_model(tmp_path), status=1)
    assert report["measured"][0]["figures"]["top-1"]["value"] == 0.75
    assert [str(missing) in problem for problem in report["problems"]] == [True]


def test_clips_are_judged_at_their_end(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "clips/reddening").mkdir(parents=True)
    (tmp_path / "clips/blueing").mkdir()
    for name in ("reddening/a.mp4", "blueing/b.mp4"):
        with VideoWriter(tmp_path / "clips" / name) as writer:
            for number in range(90):
                writer.write(np.full((24, 32, 3), COLOURS["red"], np.uint8), round(number / 30 * 1e9))
    report = evaluate(capsys, "action", tmp_path / "clips", "--model", action_model(tmp_path))
    figures = report["measured"][0]["figures"]
    assert {name: figure["value"] for name, figure in figures.items()} == {"top-1": 0.5, "settled": 0.5}
    assert figures["top-1"]["of"] == "clips"


def test_a_model_that_is_missing_is_an_error(tmp_path: Path, capsys: Output) -> None:
    assert main(["evaluate", "classification", str(colours(tmp_path)), "--model", str(tmp_path / "none.tflite")]) == 1
    assert "none.tflite" in capsys.readouterr().err


def test_the_real_movenet_on_photographs(shared: SharedData, capsys: Output) -> None:
    people = shared.path("media/pose_coco/person_keypoints.json")
    model = shared.path("models/movenet/movenet_single_pose_lightning_ptq.tflite")
    picture, person = evaluate(capsys, "pose", people, "--model", model)["measured"]
    assert (picture["mode"], person["mode"]) == ("picture", "person")
    assert picture["figures"]["AP"]["value"] > 0.3
    assert (person["figures"]["OKS"]["count"], person["figures"]["PDJ@0.2"]["of"]) == (16, "keypoints")
    assert person["figures"]["OKS"]["value"] > 0.75


def test_the_figures_go_into_a_card(tmp_path: Path, capsys: Output) -> None:
    card = tmp_path / "card.md"
    words = ("classification", colours(tmp_path), "--model", colour_model(tmp_path), "--card", card)
    evaluate(capsys, *words)
    assert "| greatest difference | 0.500 |" in card.read_text()
    assert f"    edge evaluate classification {tmp_path / 'colours.csv'} --model {tmp_path / 'colours.tflite'}\n" in (
        card.read_text()
    )


def test_the_card_says_which_configuration_was_in_use(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nobody has named it."""
    usual = tmp_path / "edge.toml"
    usual.write_text("[classification]\nfit = 'letterbox'\n")
    monkeypatch.setattr(config_file, "DEFAULT_FILE", usual)
    card = tmp_path / "card.md"
    evaluate(capsys, "classification", colours(tmp_path), "--model", colour_model(tmp_path), "--card", card)
    assert f" --config {usual}\n" in card.read_text()


def test_what_is_wrong_with_the_data_is_said_also_where_the_card_cannot_be_written(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = colours(tmp_path)
    with table.open("a") as file:
        file.write("none.png,red,north\n")

    def full(*_: object) -> None:
        raise EdgeError("card.md cannot be written: no space left")

    monkeypatch.setattr("edge.cli.evaluate.write_card", full)
    words = ("evaluate", "classification", table, "--model", colour_model(tmp_path), "--card", tmp_path / "card.md")
    assert main([str(word) for word in words]) == 1
    said = capsys.readouterr().err
    assert f"{table}:10: " in said
    assert said.index("none.png") < said.index("no space left")
