"""Recordings whose clock jumps: they go on one frame later, in a new segment, and the log says so once."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from edge.camera.video import VideoCamera
from edge.cli.main import main
from tests.broker import PATIENCE_S
from tests.camera.support import numbered, write_video
from tests.cases.support import CASES, read_video
from tests.cli.processes import running
from tests.cli.toys import pose_model

if TYPE_CHECKING:
    from pathlib import Path

JUMP = CASES / "01-pts-jump" / "jump.ts"
MS = 1_000_000
STEP_MS = 200
HOUR_MS = 3_600_000
WRAP_MS = 95_443_717  # 33 bits at 90 kHz


def joined(path: Path, *recordings: tuple[int, int]) -> Path:
    """MPEG-TS recordings one after the other, each with the time on its clock and its number of frames."""
    with path.open("wb") as file:
        for clock_ms, count in recordings:
            times_ms = [clock_ms + STEP_MS * index for index in range(count)]
            part = write_video(path.with_name("part.ts"), numbered(count), times_ms, options={"preset": "ultrafast"})
            file.write(part.read_bytes())
    return path


def moments(path: Path) -> list[tuple[int, int]]:
    """Segment and media time in ms of each frame."""
    return [(frame.segment, round(frame.timestamp_ns / MS)) for frame in read_video(path)]


def test_the_file_of_the_case(caplog: pytest.LogCaptureFixture) -> None:
    assert moments(JUMP) == [(index // 7, STEP_MS * index) for index in range(14)]
    assert [message for message in caplog.messages if "jump.ts" in message] == [
        f"{JUMP}: at 1.4 s its clock jumps by +3598.4 s; the pictures go on without a gap, in a new segment"
    ]


def test_infer_tells_media_times_without_the_gap(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["infer", "pose", str(JUMP), "--model", str(pose_model(tmp_path)), "--json"]) == 0
    times_s = [json.loads(line)["media_time_s"] for line in capsys.readouterr().out.splitlines()]
    assert times_s == pytest.approx([0.2 * index for index in range(14)])


def test_run_plays_past_it(tmp_path: Path) -> None:
    keys = [f"camera.source=video:{JUMP}", "camera.loop=false", "mqtt.enabled=false", "action.enabled=false"]
    keys += ["classification.enabled=false", f"pose.model={pose_model(tmp_path)}"]
    with running(keys, tmp_path / "log", "--frames", "9") as process:
        assert process.wait(PATIENCE_S) == 0, (tmp_path / "log").read_text()
    assert (tmp_path / "log").read_text().count("its clock jumps by +3598.4 s") == 1


@pytest.mark.parametrize(
    ("recordings", "segments", "lines"),
    [
        pytest.param([(10 * HOUR_MS, 7), (9 * HOUR_MS, 7)], [0] * 7 + [1] * 7, 1, id="earlier"),
        pytest.param([(0, 7), (0, 7)], [0] * 7 + [1] * 7, 1, id="starts again"),
        pytest.param([(0, 7), (HOUR_MS, 1), (1600, 6)], [0] * 7 + [1] + [2] * 6, 1, id="one wild stamp"),
        pytest.param([(20 * HOUR_MS, 1), (0, 6)], [0] + [1] * 6, 1, id="the first stamp is wild"),
        pytest.param([(0, 4), (HOUR_MS, 4), (2 * HOUR_MS + 9000, 4)], [0] * 4 + [1] * 4 + [2] * 4, 2, id="three"),
        pytest.param([(WRAP_MS - 1000, 14)], [0] * 14, 0, id="a counter that wraps"),
        pytest.param([(WRAP_MS - 1000, 7), (20 * HOUR_MS, 7)], [0] * 7 + [1] * 7, 1, id="just before it wraps"),
        pytest.param([(7 * HOUR_MS, 14)], [0] * 14, 0, id="a clock that started long ago"),
    ],
)
def test_others_of_the_kind(
    tmp_path: Path,
    recordings: list[tuple[int, int]],
    segments: list[int],
    lines: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = joined(tmp_path / "joined.ts", *recordings)
    assert moments(path) == [(segment, STEP_MS * index) for index, segment in enumerate(segments)]
    told = [message for message in caplog.messages if str(path) in message]
    assert len(told) == lines
    assert all("its clock jumps" in message for message in told)


@pytest.mark.parametrize("name", ["jump.mkv", "jump.mp4", "jump.nut"])
def test_a_gap_of_an_hour_in_any_container(tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    times_ms = [STEP_MS * index + (HOUR_MS if index > 6 else 0) for index in range(14)]
    path = write_video(tmp_path / name, numbered(14), times_ms, options={"preset": "ultrafast"})
    assert moments(path) == [(index // 7, STEP_MS * index) for index in range(14)]
    assert len([message for message in caplog.messages if str(path) in message]) == 1


@pytest.mark.parametrize("name", ["slides.mkv", "slides.mp4", "slides.ts"])
def test_a_slide_show_keeps_its_times(tmp_path: Path, name: str) -> None:
    for times_ms in ([0, 10_000, 20_000, 30_000], [0, 8000, 23_000, 35_000]):
        path = write_video(tmp_path / name, numbered(4), times_ms, options={"preset": "ultrafast"})
        assert moments(path) == [(0, time_ms) for time_ms in times_ms]


def test_a_loop_keeps_segments_apart() -> None:
    camera = VideoCamera(JUMP, loop=True, realtime=False)
    frames = [frame for _, frame in zip(range(30), iter(camera.read, None), strict=False) if frame]
    camera.close()
    assert [frame.segment for frame in frames] == [index // 7 for index in range(30)]
    assert all(later.timestamp_ns > earlier.timestamp_ns for earlier, later in pairwise(frames))
