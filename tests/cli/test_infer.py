"""``edge infer`` on toy models: lines, files, errors."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import pytest

from edge.cli.main import main
from tests.broker import PATIENCE_S, wait_until
from tests.cli.toys import action_model, clip_file, colour_model, picture_file, pose_model, red_dot
from tests.mqtt.samples import check

if TYPE_CHECKING:
    from pathlib import Path


def infer(*arguments: object) -> int:
    return main(["infer", *(str(argument) for argument in arguments)])


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_one_line_a_picture_in_the_order_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    red = picture_file(tmp_path / "red.png", np.full((20, 20, 3), (255, 0, 0), np.uint8))
    blue = picture_file(tmp_path / "blue.png", np.full((20, 20, 3), (0, 0, 255), np.uint8))

    assert infer("classification", blue, red, "--model", colour_model(tmp_path)) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{blue}: blue 1.00")
    assert lines[1].startswith(f"{red}: red 1.00")


def test_json_is_the_message_of_the_task_with_its_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = picture_file(tmp_path / "dot.png", red_dot())

    assert infer("pose", picture, "--model", pose_model(tmp_path), "--json") == 0

    (message,) = json_lines(capsys.readouterr().out)
    check("pose", message)
    assert message["input"] == str(picture)
    assert "media_time_s" not in message
    assert message["people"][0]["keypoints"][0]["name"] == "nose"


def test_a_video_gives_a_line_a_result_with_its_media_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = clip_file(tmp_path / "clip.mp4", frames=13)

    assert infer("action", clip, "--model", action_model(tmp_path), "--json") == 0

    messages = json_lines(capsys.readouterr().out)
    for message in messages:
        check("action", message)
    assert [message["media_time_s"] for message in messages] == [0.0, 0.2, 0.4]
    assert [message["seq"] for message in messages] == [1, 2, 3]
    assert messages[-1]["categories"][0]["category_name"] == "reddening"


def test_text_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = clip_file(tmp_path / "clip.mp4", frames=2)
    dark = picture_file(tmp_path / "dark.png", np.zeros((40, 40, 3), np.uint8))

    assert infer("pose", clip, dark, "--model", pose_model(tmp_path)) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{clip}    0.00 s: person 1 score 0.9")
    assert lines[2] == f"{dark}: nobody"


def test_nothing_above_the_threshold_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grey = picture_file(tmp_path / "grey.png", np.full((20, 20, 3), 90, np.uint8))

    infer("classification", grey, "--model", colour_model(tmp_path), "--set", "classification.score_threshold=0.9")

    assert capsys.readouterr().out == f"{grey}: nothing above the threshold\n"


def test_an_annotated_picture_shows_the_person(tmp_path: Path) -> None:
    picture, output = picture_file(tmp_path / "dot.png", red_dot()), tmp_path / "out.png"

    assert infer("pose", picture, "--model", pose_model(tmp_path), "--output", output) == 0

    drawn = cv2.imread(str(output))
    assert drawn is not None
    assert drawn.shape == (120, 160, 3)
    assert np.abs(drawn.astype(int) - cv2.imread(str(picture))).max() > 100


def test_an_annotated_video_has_every_frame(tmp_path: Path) -> None:
    clip, output = clip_file(tmp_path / "clip.mp4", frames=13), tmp_path / "out.mp4"

    assert infer("action", clip, "--model", action_model(tmp_path), "--output", output) == 0

    with av.open(str(output)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times == pytest.approx([i / 30 for i in range(13)], abs=1e-3)


def test_several_inputs_are_annotated_into_a_folder(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    picture_file(pictures / "one.png", red_dot(40))
    picture_file(pictures / "two.jpg", red_dot(90))
    clip = clip_file(tmp_path / "clip.mkv", frames=3)

    assert infer("pose", pictures, clip, "--model", pose_model(tmp_path), "--output", tmp_path / "out") == 0

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["clip.mp4", "one.png", "two.png"]


def test_several_inputs_and_one_file_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = picture_file(tmp_path / "dot.png", red_dot())

    assert infer("pose", picture, picture, "--model", pose_model(tmp_path), "--output", tmp_path / "o.png") == 2

    assert "several inputs need a folder" in capsys.readouterr().err


def test_what_cannot_be_read_is_named_and_the_others_are_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    no_video, no_picture, missing = tmp_path / "text.mp4", tmp_path / "text.png", tmp_path / "none.png"
    no_video.write_text("not a video")
    no_picture.write_text("not a picture")
    good = picture_file(tmp_path / "dot.png", red_dot())

    assert infer("pose", no_video, no_picture, missing, good, "--model", pose_model(tmp_path)) == 1

    written = capsys.readouterr()
    assert written.out.startswith(f"{good}: person 1")
    for path in (no_video, no_picture, missing):
        assert f"edge: {path}" in written.err
    assert "Traceback" not in written.err


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("missing.tflite", "no such model file"),
        ("truncated.tflite", "not a complete TFLite model"),
        ("colours.tflite", "not a pose model"),
    ],
)
def test_a_model_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: str, sentence: str
) -> None:
    whole = colour_model(tmp_path).read_bytes()
    (tmp_path / "truncated.tflite").write_bytes(whole[: len(whole) // 3])
    picture = picture_file(tmp_path / "dot.png", red_dot())

    assert infer("pose", picture, "--model", tmp_path / broken) == 1

    text = capsys.readouterr().err
    assert sentence in text
    assert broken in text
    assert "Traceback" not in text


def test_a_wrong_label_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("only\ntwo\n")
    picture = picture_file(tmp_path / "dot.png", red_dot())

    status = infer(
        "classification", picture, "--model", colour_model(tmp_path), "--set", f"classification.labels={labels}"
    )

    assert status == 1
    assert "2 labels, but" in capsys.readouterr().err


def test_inputs_are_strangers_to_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second clip starts from nothing, so both give the same scores."""
    first, second = clip_file(tmp_path / "a.mp4", frames=7), clip_file(tmp_path / "b.mp4", frames=7)

    infer("action", first, second, "--model", action_model(tmp_path), "--json")

    messages = json_lines(capsys.readouterr().out)
    scores = [[category["score"] for category in message["categories"]] for message in messages]
    assert scores[:2] == scores[2:]


def test_the_person_of_each_input_is_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = [picture_file(tmp_path / f"{i}.png", red_dot(40 + 40 * i)) for i in range(3)]

    clip = clip_file(tmp_path / "clip.mp4", frames=3)
    infer("pose", *pictures, clip, "--model", pose_model(tmp_path), "--set", "pose.max_people=1", "--json")

    messages = json_lines(capsys.readouterr().out)
    assert [[person["id"] for person in message["people"]] for message in messages] == [[1]] * 6


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that takes a while."""
    return clip_file(tmp_path_factory.mktemp("long") / "clip.mp4", frames=1500)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["SIGTERM", "Ctrl-C"])
def test_a_signal_leaves_a_whole_video_of_what_was_done(
    tmp_path: Path, long_clip: Path, number: signal.Signals, status: int
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    model, output = f"--model={pose_model(tmp_path)}", f"--output={out / 'seen.mp4'}"
    command = [sys.executable, "-m", "edge.cli.entry", "infer", "pose", str(long_clip), model, output]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        wait_until(lambda: any(path.stat().st_size for path in out.iterdir()), "the video has begun")
        process.send_signal(number)

        assert process.wait(PATIENCE_S) == status

    assert [path.name for path in out.iterdir()] == ["seen.mp4"]
    with av.open(str(out / "seen.mp4")) as container:
        assert 0 < sum(1 for _ in container.decode(video=0)) < 1500


@pytest.mark.parametrize("task", ["pose", "classification", "action"])
def test_a_starter_model_does_not_answer_in_the_place_of_another(
    tmp_path: Path, no_models: Path, capsys: pytest.CaptureFixture[str], task: str
) -> None:
    name = {"pose": "movenet-lightning", "classification": "efficientnet-lite0", "action": "movinet-a0"}[task]
    inputs = [picture_file(tmp_path / "dot.png", red_dot()), clip_file(tmp_path / "clip.mp4", frames=3)]
    for one in inputs:
        assert infer(task, one, "--json") == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err == (
            f"edge: {task}.model = '{name}': not in the model store {no_models}; get it with: sudo edge models pull "
            f"{name}; --model starter-{task} is the one that comes with Edge and knows the built-in scene only\n"
        )
    assert infer(task, *inputs, "--json", "--model", f"starter-{task}") == 0
    assert {line["model"] for line in json_lines(capsys.readouterr().out)} == {f"starter-{task}"}


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize(
    "options", [("--model", "movenet-lightning"), ("--set", "inference.fallback_to_starter=false")]
)
def test_a_model_that_was_asked_for_is_not_replaced(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert infer("pose", picture_file(tmp_path / "dot.png", red_dot()), *options) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("get it with: sudo edge models pull movenet-lightning\n")


@pytest.mark.parametrize(("mode", "found"), [("image", "red"), ("stream", "green")])
def test_the_running_mode_decides_how_a_picture_is_shrunk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str, found: str
) -> None:
    """Mostly red, but green where linear sampling looks: averaging sees red, sampling sees green."""
    image = np.full((64, 64, 3), (255, 0, 0), np.uint8)
    for row in (3, 4):
        for column in (3, 4):
            image[row::8, column::8] = (0, 255, 0)
    picture = picture_file(tmp_path / "picture.png", image)

    infer("classification", picture, "--model", colour_model(tmp_path), "--running-mode", mode)

    assert capsys.readouterr().out.startswith(f"{picture}: {found}")


def test_an_output_never_replaces_an_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = picture_file(tmp_path / "dot.png", red_dot())
    before = picture.read_bytes()

    for output in (tmp_path, picture):
        assert infer("pose", picture, "--model", pose_model(tmp_path), "--output", output) == 2

    assert picture.read_bytes() == before
    assert "is an input; choose another folder" in capsys.readouterr().err


def test_an_output_folder_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = picture_file(tmp_path / "dot.png", red_dot())
    taken = tmp_path / "taken"
    taken.touch()

    assert infer("pose", picture, "--model", pose_model(tmp_path), "--output", taken) == 2

    assert "the folder cannot be made (File exists)" in capsys.readouterr().err


def test_an_empty_folder_is_named_and_the_others_are_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    picture = picture_file(tmp_path / "dot.png", red_dot())

    assert infer("pose", empty, picture, "--model", pose_model(tmp_path)) == 1

    written = capsys.readouterr()
    assert written.out.startswith(f"{picture}: person 1")
    assert f"{empty} holds no pictures" in written.err


def test_who_appeared_in_one_picture_is_not_known_in_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The toy scores a dot by its redness: 0.98, then 0.47, which is more than three quarters of the threshold."""
    faint = np.minimum(red_dot(), 120)
    pictures = [picture_file(tmp_path / "a.png", red_dot()), picture_file(tmp_path / "b.png", faint)]

    assert infer("pose", *pictures, "--model", pose_model(tmp_path), "--set", "pose.score_threshold=0.6") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{pictures[0]}: person 1")
    assert lines[1] == f"{pictures[1]}: nobody"


def gated(tmp_path: Path, *more: object, gate: str = "person") -> list[object]:
    """The words after the inputs that have ``edge infer action`` mind a gate, with toys for models."""
    keys = (f"action.gate={gate}", f"pose.model={pose_model(tmp_path)}", "pose.max_people=1", *more)
    return ["--model", action_model(tmp_path), *(word for key in keys for word in ("--set", key))]


def test_the_gate_person_is_answered_by_pose_in_a_video(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = clip_file(tmp_path / "clip.mp4", frames=31)

    assert infer("action", clip, *gated(tmp_path), "--json") == 0

    messages = json_lines(capsys.readouterr().out)
    for message in messages:
        check("action", message)
    assert [message["media_time_s"] for message in messages] == [0.4, 0.6, 0.8, 1.0]


def test_a_video_that_the_gate_lets_nothing_of_through_is_named_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = clip_file(tmp_path / "clip.mp4", frames=31)

    assert infer("action", clip, *gated(tmp_path, "pose.score_threshold=1")) == 1

    reason = "action.gate = person let no frame through; to have them all: --set action.gate=always"
    assert capsys.readouterr() == ("", f"edge: {clip}: no result; {reason}\n")


def test_each_of_several_videos_begins_with_nobody_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clips = [clip_file(tmp_path / f"{name}.mp4", frames=19) for name in ("one", "two")]

    assert infer("action", *clips, *gated(tmp_path), "--json") == 0

    seen = [(message["input"], message["media_time_s"]) for message in json_lines(capsys.readouterr().out)]
    assert seen == [(str(clip), time_s) for clip in clips for time_s in (0.4, 0.6)]


@pytest.mark.parametrize("gate", ["person", "motion"])
def test_pictures_pass_any_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str], gate: str) -> None:
    pictures = [picture_file(tmp_path / f"{column}.png", red_dot(column)) for column in (30, 90)]

    assert infer("action", *pictures, *gated(tmp_path, gate=gate)) == 0

    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == list(map(str, pictures))


@pytest.mark.usefixtures("no_models")
def test_with_the_model_of_pose_missing_its_starter_model_answers_the_gate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = clip_file(tmp_path / "clip.mp4", frames=31)

    assert infer("action", clip, *gated(tmp_path, "pose.model=movenet-lightning", "pose.score_threshold=0")) == 0

    assert "until then starter-pose runs in its place" in capsys.readouterr().err
