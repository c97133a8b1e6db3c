"""Traces written and read; bad ones are named by file and line."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ConfigError, EdgeError, InputError
from edge.settings import SCHEMA
from edge.tasks.common.observer import Observation
from edge.tasks.common.thumbnail import THUMBNAIL_SHAPE
from edge.tasks.common.tracing import Observed
from edge.trace.reader import TraceReader
from edge.trace.records import TaskRecord
from edge.trace.writer import TraceWriter
from edge.types import Box
from tests.trace.samples import HEADER, frame, lines, seen, write

if TYPE_CHECKING:
    from pathlib import Path

    from edge.trace.records import FrameRecord

GOOD = (frame(0), seen(0), frame(1), seen(1), frame(2), TaskRecord("classification", 2))


def read(path: Path) -> list[tuple[FrameRecord, TaskRecord]]:
    with TraceReader(path, SCHEMA) as trace:
        return list(trace)


def problem(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    return str(caught.value)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    people = np.random.default_rng(1).random((2, 17, 3), np.float32)
    crop = Box(-0.1, 1 / 3, 0.5, 2 / 3)
    again = Observed(Observation(people[:1], 4.5, "cpu"), 5_030_000_000)
    pose = TaskRecord(
        "pose", 0, Observed(Observation(people, 7.123456, "edgetpu"), 5_020_000_000, crop), again=(again,)
    )
    thumbnail = np.arange(24 * 32, dtype=np.uint32).astype(np.uint8).reshape(THUMBNAIL_SHAPE)
    action = TaskRecord("action", 1, None, {"thumbnail": thumbnail, "person": False})
    with TraceWriter(tmp_path / "new.jsonl", HEADER, SCHEMA) as writer:
        for record in (frame(0), pose, frame(1), action):
            writer.write(record)
        assert writer.frames == 2
    assert writer.size_bytes == (tmp_path / "new.jsonl").stat().st_size

    with TraceReader(tmp_path / "new.jsonl", SCHEMA) as trace:
        (first, read_pose), (second, read_action) = list(trace)

    assert trace.header == HEADER
    assert (trace.frames, trace.notices) == (2, [])
    assert (first, second) == (frame(0), frame(1))
    assert read_pose.observed is not None
    assert pose.observed is not None
    said = read_pose.observed.observation
    values = np.asarray(said.values)
    assert (values.dtype, values.shape, values.tobytes()) == (people.dtype, people.shape, people.tobytes())
    assert read_pose.observed.crop == crop
    assert (said.inference_ms, said.backend) == (7.123456, "edgetpu")
    (read_again,) = read_pose.again
    assert np.asarray(read_again.observation.values).tobytes() == people[:1].tobytes()
    assert (read_again.crop, read_again.observed_ns) == (None, 5_030_000_000)
    read_thumbnail = np.asarray(read_action.side_inputs["thumbnail"])
    assert (read_thumbnail.dtype, read_thumbnail.tobytes()) == (thumbnail.dtype, thumbnail.tobytes())
    assert (read_action.side_inputs["person"], read_action.observed) == (False, None)


def test_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    with TraceWriter(tmp_path / "t.jsonl", HEADER, SCHEMA) as writer:
        for number in range(200):
            writer.write(frame(number))

        def work(task: Any) -> None:
            for number in range(200):
                writer.write(TaskRecord(task, number))

        threads = [threading.Thread(target=work, args=(task.name,)) for task in HEADER.tasks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(read(tmp_path / "t.jsonl")) == 600


def test_a_trace_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "precious.jsonl"
    path.write_text("precious")

    with pytest.raises(ConfigError, match=r"precious\.jsonl exists"):
        TraceWriter(path, HEADER, SCHEMA)

    assert path.read_text() == "precious"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with TraceWriter(tmp_path / "t.jsonl", HEADER, SCHEMA) as writer, open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123
        writer._file.close()
        writer._file = full
        with pytest.raises(EdgeError, match=r"t\.jsonl cannot be written: No space left"):
            writer.write(frame(0))


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match="cannot be written: No such file"):
        TraceWriter(tmp_path / "none" / "t.jsonl", HEADER, SCHEMA)


@pytest.mark.parametrize("tail", [b'{"task":"classification","fra', b"\0" * 100, b'{"frame": 3}'[:-1] + b"\n", b"\xff"])
def test_a_torn_last_line_is_left_out_and_said(tmp_path: Path, tail: bytes) -> None:
    with TraceReader(write(tmp_path / "torn.jsonl", lines(*GOOD), tail), SCHEMA) as trace:
        assert len(list(trace)) == 3

    assert trace.notices == ["line 8, the last, is cut off and left out"]


@given(st.data())
def test_a_trace_cut_anywhere_gives_all_whole_lines(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("cut") / "t.jsonl"
    whole = write(path, lines(*GOOD)).read_bytes()
    first = whole.index(b"\n")
    size = data.draw(st.integers(first, len(whole)))
    path.write_bytes(whole[:size])

    with TraceReader(path, SCHEMA) as trace:
        found = len(list(trace))

    originals, pieces = whole.split(b"\n"), whole[:size].split(b"\n")
    kept = [piece for piece, original in zip(pieces, originals, strict=False) if piece == original]
    assert found == sum(piece.startswith(b'{"task":') for piece in kept)
    assert len(trace.notices) == (len(kept) < len(pieces) and pieces[-1] != b"")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "not a trace"),
        (b"\x89PNG\r\n\x1a\n", "not a trace"),
        (b'{"schema": "edge/pose/1"}\n', "not a trace"),
        (b"[" * 100_000, "not a trace"),
        (b'{"schema": "edge/trace/2"}\n', "a trace of version 2; this Edge reads version 1"),
        (b'{"schema": "edge/trace/1"}\n', "'settings' is missing"),
    ],
)
def test_what_is_no_trace_of_this_version_is_one_sentence(tmp_path: Path, text: bytes, sentence: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(text)

    assert sentence in problem(path)
    assert problem(path).startswith(f"{path}:")


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    assert (
        problem(tmp_path / "none.jsonl")
        == f"{tmp_path}/none.jsonl cannot be read: No such file or directory; give the path of a trace"
    )
    assert "not a file, but a folder" in problem(tmp_path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tasks": []}, "'tasks' names no task"),
        ({"tasks": [{"name": "cooking", "model": "m"}]}, "'name' is 'cooking', not one of pose"),
        ({"tasks": ["pose"]}, "'tasks' does not hold objects"),
        ({"tasks": [{"name": "pose", "model": "m", "single": 1}]}, "'single' is not true or false"),
        ({"tasks": [{"name": "pose", "model": "m", "single": True, "quantum": -1}]}, "'quantum' is out of bounds"),
        ({"tasks": [{"name": "action", "model": "m", "category_names": ["a"], "display_names": []}]}, "as many as"),
        ({"tasks": [{"name": "action", "model": "m", "category_names": [1], "display_names": [1]}]}, "texts only"),
        ({"wall_ns": "now"}, "'wall_ns' is not a whole number"),
        ({"wall_ns": 10**40}, "'wall_ns' is out of bounds"),
        ({"settings": {"pose": 3}}, "[pose] of 'settings'"),
        ({"settings": {"tracking": {"beta": -1}}}, "tracking.beta of 'settings' must be a number from 0 to 1000"),
    ],
)
def test_a_wrong_header_is_named(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    header, *rest = lines(*GOOD)
    found = problem(write(tmp_path / "t.jsonl", [header | changes, *rest]))

    assert found.startswith(f"{tmp_path}/t.jsonl:1: ")
    assert sentence in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"task": "dance"}, "'task' is 'dance', not one of pose, classification, action"),
        ({"task": 3}, "'task' is not a text"),
        ({"frame": True}, "'frame' is not a whole number"),
        ({"frame": 0}, "out of order: classification has been at frame 0 already"),
        ({"frame": 9}, "classification is at frame 9, which is not in the trace before it"),
        ({"scores": "eA=="}, "cannot be unpacked"),
        ({"scores": lines(seen(0, (1, 2, 3)))[1]["scores"]}, "more than 8 bytes"),
        ({"scores": lines(seen(0, (1,)))[1]["scores"]}, "'scores' holds 1, but classification has 2 labels"),
        ({"backend": "gpu"}, "'backend' is 'gpu'"),
        ({"inference_ms": float("nan")}, "'inference_ms' is not a number"),
        ({"inference_ms": 10**400}, "'inference_ms' is not a number"),
        ({"task": "action", "thumbnail": "eA=="}, "cannot be unpacked"),
        ({"task": "action", "person": "yes"}, "'person' is not true or false"),
    ],
)
def test_a_wrong_task_line_is_named(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    objects = lines(*GOOD)
    objects[4] |= changes
    found = problem(write(tmp_path / "t.jsonl", objects))

    assert found.startswith(f"{tmp_path}/t.jsonl:5: ")
    assert sentence in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"frame": 0}, "out of order: frame 0 comes after frame 0"),
        ({"timestamp_ns": 0}, "out of order: frame 1 is not later than frame 0"),
        ({"timestamp_ns": 0.5}, "'timestamp_ns' is not a whole number"),
        ({"width": 0}, "'width' is out of bounds"),
        ({"height": 10**6}, "'height' is out of bounds"),
        ({"captured_ns": None}, "'captured_ns' is not a whole number"),
    ],
)
def test_a_wrong_frame_is_named(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    objects = lines(*GOOD)
    objects[3] |= changes
    found = problem(write(tmp_path / "t.jsonl", objects))

    assert found.startswith(f"{tmp_path}/t.jsonl:4: ")
    assert sentence in found


@pytest.mark.parametrize("people", [np.zeros((1, 17, 2)), np.zeros((65, 17, 3))])
def test_wrong_people_are_named(tmp_path: Path, people: Any) -> None:
    objects = lines(frame(0), seen(0, people, "pose"))

    assert f"{tmp_path}/t.jsonl:3: " in problem(write(tmp_path / "t.jsonl", objects))


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", lines(*GOOD))
    whole = path.read_bytes().splitlines(keepends=True)
    whole[3] = b"{]\n"
    path.write_bytes(b"".join(whole))

    assert problem(path) == f"{path}:4: not a line of a trace (no JSON object)"


def test_settings_that_this_edge_does_not_know_are_said(tmp_path: Path) -> None:
    header, *rest = lines(*GOOD)
    header["settings"]["tracking"]["magic"] = 7
    header["settings"]["kitchen"] = {"sink": True}

    with TraceReader(write(tmp_path / "t.jsonl", [header, *rest]), SCHEMA) as trace:
        assert trace.header.settings == HEADER.settings
    assert trace.notices == ["recorded with settings that this Edge does not know: tracking.magic, kitchen.sink"]


def test_another_segment_may_begin_at_an_earlier_time(tmp_path: Path) -> None:
    later = lines(frame(1, segment=1))[1] | {"timestamp_ns": 0}

    assert read(write(tmp_path / "t.jsonl", [*lines(frame(0), seen(0)), later]))[0][0] == frame(0)


@given(st.data())
def test_damage_is_a_sentence_or_does_no_harm(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("damage") / "t.jsonl"
    damaged = bytearray(write(path, lines(*GOOD)).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged)

    try:
        found = len(read(path))
    except InputError as error:
        assert str(error).startswith(f"{path}:")  # noqa: PT017  # only where it is damaged enough
    else:
        assert found <= 3


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.jsonl")

    with pytest.raises(InputError, match=r"t\.jsonl cannot be read: not a file, but a pipe"):
        TraceReader(tmp_path / "t.jsonl", SCHEMA)
