"""What bad input gets, row by row, through the command line: one sentence with what, where and what to do.

The rows are those of the design's table of failures. Bad configurations in all their variety are in
``tests/config/test_bad_files.py``, brokers in ``tests/mqtt``, running appliances in ``test_run.py`` and
``test_reload.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from edge.cli.main import main
from tests.cli.toys import action_model, clip_file, colour_model, picture_file, pose_model, red_dot
from tests.tflite import custom_op_model, two_tensors

if TYPE_CHECKING:
    from pathlib import Path


def error_of(capsys: pytest.CaptureFixture[str], status: int, *arguments: object) -> str:
    """What ``edge`` with these arguments says on stderr, having ended with ``status`` and without a traceback."""
    assert main([str(argument) for argument in arguments]) == status
    text = capsys.readouterr().err
    assert "Traceback" not in text
    return text


@pytest.fixture
def dot(tmp_path: Path) -> Path:
    return picture_file(tmp_path / "dot.png", red_dot())


# Configuration


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("pose.fitt = 1", "pose.fitt: unknown key (did you mean pose.fit?)"),
        ("pose.max_people = true", "pose.max_people = true: must be a whole number"),
        ("pose.score_threshold = 1.5", "pose.score_threshold = 1.5: must be"),
        ('classification = {allow = ["cat"], deny = ["dog"]}', "classification.allow"),
        ("[pose", "edge.toml:1"),
    ],
    ids=["unknown key", "wrong type", "out of bounds", "conflict", "syntax"],
)
def test_a_wrong_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, sentence: str) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(line + "\n")

    text = error_of(capsys, 2, "run", "--config", file)

    assert f"{file}:1" in text
    assert sentence in text


# Models


def test_a_missing_model(tmp_path: Path, dot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = error_of(capsys, 1, "infer", "pose", dot, "--model", tmp_path / "none.tflite")

    assert "none.tflite: no such model file; give the path of a .tflite file" in text


def test_a_model_that_was_never_pulled(
    tmp_path: Path, dot: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))

    text = error_of(capsys, 1, "infer", "pose", dot, "--model", "movenet-lightning")

    assert "get it with: sudo edge models pull movenet-lightning" in text


def test_a_model_whose_bytes_are_not_the_published_ones(
    tmp_path: Path, dot: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    (tmp_path / "models").mkdir()
    pose_model(tmp_path).rename(tmp_path / "models" / "movenet-lightning.tflite")

    text = error_of(capsys, 1, "infer", "pose", dot, "--model", "movenet-lightning")

    assert "movenet-lightning.tflite is broken: its SHA-256 is" in text
    assert "get it again with: sudo edge models pull movenet-lightning" in text


@pytest.mark.parametrize("share", [0, 0.2, 0.6, 0.99])
def test_a_truncated_model(tmp_path: Path, dot: Path, capsys: pytest.CaptureFixture[str], share: float) -> None:
    whole = pose_model(tmp_path).read_bytes()
    part = tmp_path / "part.tflite"
    part.write_bytes(whole[: int(len(whole) * share)])

    text = error_of(capsys, 1, "infer", "pose", dot, "--model", part)

    assert "part.tflite: not a complete TFLite model" in text
    assert "download it again" in text


@pytest.mark.parametrize("task", ["pose", "classification", "action"])
def test_a_model_for_another_task(tmp_path: Path, dot: Path, capsys: pytest.CaptureFixture[str], task: str) -> None:
    other = {"pose": colour_model, "classification": pose_model, "action": colour_model}[task](tmp_path)

    text = error_of(capsys, 1, "infer", task, dot, "--model", other)

    assert f"{other.name}: not a" in text
    assert f"set {task}.model" in text


@pytest.mark.parametrize("task", ["pose", "classification", "action"])
def test_a_model_of_a_wrong_shape(tmp_path: Path, dot: Path, capsys: pytest.CaptureFixture[str], task: str) -> None:
    text = error_of(capsys, 1, "infer", task, dot, "--model", two_tensors(tmp_path / "two.tflite"))

    assert "two.tflite" in text
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(("task", "model"), [("classification", colour_model), ("action", action_model)])
def test_labels_that_do_not_fit(
    tmp_path: Path, dot: Path, capsys: pytest.CaptureFixture[str], task: str, model: type
) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("one\ntwo\n")

    text = error_of(capsys, 1, "infer", task, dot, "--model", model(tmp_path), "--set", f"{task}.labels={labels}")

    assert "labels.txt: 2 labels, but" in text
    assert "has 3 classes" in text


def test_an_edgetpu_file_without_an_edgetpu(tmp_path: Path, dot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = custom_op_model(tmp_path / "pose_edgetpu.tflite", "edgetpu-custom-op")

    text = error_of(capsys, 1, "infer", "pose", dot, "--model", model)

    assert "compiled for the EdgeTPU" in text
    assert "no EdgeTPU is attached; attach a Coral, or set pose.model to the CPU variant" in text


# Files


@pytest.mark.parametrize("name", ["text.png", "text.mp4", "text.gif", "text.bin"])
def test_a_file_that_is_neither_picture_nor_video(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = tmp_path / name
    file.write_text("hello")

    assert f"{file} is not a" in error_of(capsys, 1, "infer", "pose", file, "--model", pose_model(tmp_path))


@pytest.mark.parametrize("name", ["empty.png", "empty.mp4"])
def test_a_file_of_zero_size(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    file = tmp_path / name
    file.touch()

    assert f"{file} is empty" in error_of(capsys, 1, "infer", "pose", file, "--model", pose_model(tmp_path))


@pytest.mark.parametrize("name", ["n" * 300 + ".png", "dot.png/more.png", "loop", "loop/more.mp4"])
def test_a_path_that_leads_nowhere_keeps_nothing_from_being_done(
    tmp_path: Path, dot: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    options = ["--model", colour_model(tmp_path)]
    assert main(["infer", "classification", str(tmp_path / name), str(dot), *map(str, options)]) == 1
    said = capsys.readouterr()
    assert f"edge: {tmp_path / name} " in said.err
    assert "Errno" not in said.err
    assert said.out.startswith(f"{dot}: ")


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_truncated_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    file = picture_file(tmp_path / f"half{suffix}", noise)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    text = error_of(capsys, 1, "infer", "pose", file, "--model", pose_model(tmp_path))

    assert f"{file} is truncated" in text


def test_a_truncated_video_is_played_as_far_as_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Matroska can be read from its beginning; what is missing is missing."""
    file = clip_file(tmp_path / "clip.mkv", frames=60)
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])

    assert main(["infer", "pose", str(file), "--model", str(pose_model(tmp_path))]) == 0

    written = capsys.readouterr()
    assert 5 < len(written.out.splitlines()) < 60
    assert f"{file} ends after" in written.err
    assert "it is truncated, copy it again" in written.err


def test_a_video_without_its_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "clip.mp4"
    with av.open(str(file), "w") as container:
        stream = container.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for picture in np.random.default_rng(1).integers(0, 255, (30, 64, 64, 3), np.uint8):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    text = error_of(capsys, 1, "infer", "pose", file, "--model", pose_model(tmp_path))

    assert f"{file} is not a video that can be read, or it is damaged" in text
