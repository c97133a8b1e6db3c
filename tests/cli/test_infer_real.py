"""``edge infer`` with the real models on pictures and videos with published answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.cli.main import main
from edge.tracking.keypoints import COCO_17
from tests.support import picture

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.support import SharedData

LIGHTNING = "models/movenet/movenet_single_pose_lightning_ptq.tflite"


def infer(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, Any]]:
    """The messages of ``edge infer … --json``."""
    assert main(["infer", *(str(argument) for argument in arguments), "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def keypoints(person: dict[str, Any]) -> NDArray[np.float64]:
    """``(17, 2)`` x, y, normalised."""
    return np.array([[point["x"], point["y"]] for point in person["keypoints"]])


@pytest.mark.no_cover
def test_a_dancer_is_followed_through_a_video(shared: SharedData, capsys: pytest.CaptureFixture[str]) -> None:
    """At least 97 % of all keypoints within 60 pixels of those published with the clip by tfjs-models."""
    truth = json.loads(shared.path("reference/tfjs/pose_1.json").read_text())
    published = np.array([[[frame[name][axis] for axis in "xy"] for name in COCO_17.names] for frame in truth])

    messages = infer(capsys, "pose", shared.path("media/video_pose/pose_1.mp4"), "--model", shared.path(LIGHTNING))

    assert len(messages) == len(published) == 120
    found = np.array([keypoints(message["people"][0]) * 576 for message in messages])
    within = np.linalg.norm(found - published, axis=2) <= 60
    assert within.mean() >= 0.97
    assert {person["id"] for message in messages for person in message["people"]} == {1}


def coco_persons(annotations: Path) -> list[tuple[str, dict[str, Any]]]:
    """Image file and annotation of each person with at least 8 keypoints and an area above 2048."""
    content = json.loads(annotations.read_text())
    files = {image["id"]: image["file_name"] for image in content["images"]}
    return [
        (files[person["image_id"]], person)
        for person in content["annotations"]
        if person["num_keypoints"] >= 8 and person["area"] > 2048 and not person["iscrowd"]
    ]


def region_around(box: list[float], width: int, height: int) -> str:
    """The person's box enlarged by a quarter and cut at the picture, as a value of ``pose.region``."""
    x, y, box_width, box_height = box
    left, right = x - box_width * 0.125, x + box_width * 1.125
    top, bottom = y - box_height * 0.125, y + box_height * 1.125
    left, right = max(left / width, 0), min(right / width, 1)
    top, bottom = max(top / height, 0), min(bottom / height, 1)
    return f"[{left:.6f}, {top:.6f}, {right - left:.6f}, {bottom - top:.6f}]"


@pytest.mark.no_cover
def test_coco_persons_reach_a_mean_oks_of_075(shared: SharedData, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shared.path("media/pose_coco")
    similarities = []
    for name, person in coco_persons(folder / "person_keypoints.json"):
        file = folder / "images" / name
        height, width = picture(file).shape[:2]
        region = region_around(person["bbox"], width, height)

        (message,) = infer(
            capsys,
            *("pose", file, "--model", shared.path(LIGHTNING)),
            *("--set", f"pose.region={region}", "--set", "pose.score_threshold=0", "--set", "pose.max_people=1"),
        )

        truth = np.array(person["keypoints"], float).reshape(17, 3)
        squared = ((keypoints(message["people"][0]) * (width, height) - truth[:, :2]) ** 2).sum(axis=1)
        oks = np.exp(-squared / (2 * person["area"] * (2 * COCO_17.falloffs) ** 2))
        similarities.append(oks[truth[:, 2] > 0].mean())

    assert len(similarities) == 16
    assert np.mean(similarities) >= 0.75


def test_squat_agrees_with_coral(shared: SharedData, capsys: pytest.CaptureFixture[str]) -> None:
    lines = shared.path("reference/coral/movenet_single_pose_lightning_ptq_reference.csv").read_text().splitlines()
    reference = np.array([[float(value) for value in line.split(",")[3:]] for line in lines[1:]])

    (message,) = infer(
        capsys,
        *("pose", shared.path("media/coral/squat.bmp"), "--model", shared.path(LIGHTNING)),
        *("--set", "pose.fit=stretch"),
    )

    scores = np.array([point["score"] for point in message["people"][0]["keypoints"]])
    both = (scores > 0.4) & (reference[:, 0] > 0.4)
    assert both.sum() >= 8
    np.testing.assert_allclose(keypoints(message["people"][0])[both], reference[both, 1:], atol=0.04)


def test_carving_ice(shared: SharedData, capsys: pytest.CaptureFixture[str]) -> None:
    messages = infer(
        capsys,
        *("action", shared.path("media/video_action/carving_ice_rpi.mp4")),
        *("--model", shared.path("models/movinet/movinet_a0_stream_int8.tflite")),
        *("--set", f"action.labels={shared.path('labels/kinetics600_label_map.txt')}"),
    )

    best = messages[-1]["categories"][0]
    assert best["category_name"] == "carving ice"
    assert best["score"] >= 0.9
    assert messages[-1]["settled"]["category_name"] == "carving ice"


def test_a_cat_in_both_running_modes(shared: SharedData, capsys: pytest.CaptureFixture[str]) -> None:
    """Coral's expectations: 286 above 0.7 by MobileNet v2; 283 above 0.25 by the small v1, sampled linearly."""
    cat = shared.path("media/coral/cat.bmp")

    (large,) = infer(
        capsys, "classification", cat, "--model", shared.path("models/mobilenet/mobilenet_v2_1.0_224_quant.tflite")
    )
    (small,) = infer(
        capsys,
        *("classification", cat, "--running-mode", "stream"),
        *("--model", shared.path("models/mobilenet/mobilenet_v1_0.25_128_quant.tflite")),
    )

    assert large["categories"][0]["index"] == 286
    assert large["categories"][0]["score"] > 0.7
    assert {category["index"]: category["score"] for category in small["categories"]}[283] > 0.25
