from __future__ import annotations

import gc
import logging
import threading
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from edge.camera.pace import Pacer
from edge.camera.video import VideoCamera
from edge.daemon.camera_loop import FILE_LIMIT_S
from edge.errors import InputError
from edge.types import NS_PER_S
from tests.camera import odd_pictures as odd
from tests.camera.support import PRIMARIES, numbered, patches, write_sound, write_video

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Frame
    from tests.support import SharedData

MS = 1_000_000
FAST = {"preset": "ultrafast"}
B_FRAMES = {"preset": "medium", "x264-params": "bframes=3:b-adapt=0"}
TAGS = {"bt709": "bt709", "bt601": "smpte170m"}


def read_all(path: Path, *, loop: bool = False, at_most: int = 1000) -> list[Frame]:
    camera = VideoCamera(path, loop=loop, realtime=False)
    try:
        return [frame for _, frame in zip(range(at_most), iter(camera.read, None), strict=False) if frame]
    finally:
        camera.close()


class FakeTime:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now_ns = 5 * NS_PER_S
        self.waits_s: list[float] = []

    def wait(self, duration_s: float) -> None:
        self.waits_s.append(duration_s)
        self.now_ns += round(duration_s * NS_PER_S)

    def pacer(self) -> Pacer:
        return Pacer(lambda: self.now_ns, self.wait)


@pytest.mark.parametrize(
    ("name", "options"), [("a.mp4", FAST), ("a.mkv", FAST), ("b_frames.mp4", B_FRAMES), ("b_frames.mkv", B_FRAMES)]
)
def test_every_frame_comes_at_its_exact_time(tmp_path: Path, name: str, options: dict[str, str]) -> None:
    times_ms = [0, 40, 75, 200, 210, 433, 500, 900, 901, 1000]
    path = write_video(tmp_path / name, numbered(10), times_ms, options=options)
    frames = read_all(path)
    assert [frame.timestamp_ns for frame in frames] == [time_ms * MS for time_ms in times_ms]
    assert [frame.number for frame in frames] == list(range(10))
    brightness = [float(frame.image.mean()) for frame in frames]
    assert brightness == sorted(brightness)
    assert {frame.segment for frame in frames} == {0}


def test_a_gif_is_a_video(tmp_path: Path) -> None:
    images = numbered(4)
    path = write_video(tmp_path / "a.gif", images, [0, 100, 250, 300], codec="gif", pixel_format="rgb8")
    frames = read_all(path)
    assert [frame.timestamp_ns for frame in frames] == [0, 100 * MS, 250 * MS, 300 * MS]
    assert frames[0].image.shape == images[0].shape


def test_odd_sizes_keep_every_pixel(tmp_path: Path) -> None:
    path = write_video(tmp_path / "odd.mkv", [patches(385, 63)], codec="ffv1", pixel_format="bgr0")
    (frame,) = read_all(path)
    assert frame.image.flags.c_contiguous
    np.testing.assert_array_equal(frame.image, patches(385, 63))


@pytest.mark.skipif(not hasattr(av.VideoFrame, "colorspace"), reason="this PyAV does not tell a frame's colour space")
@pytest.mark.parametrize("matrix", ["bt709", "bt601"])
@pytest.mark.parametrize(("tag", "range_name", "pixel_format"), [("tv", "MPEG", "yuv420p"), ("pc", "JPEG", "yuvj420p")])
def test_colours_are_right(tmp_path: Path, matrix: str, tag: str, range_name: str, pixel_format: str) -> None:
    # The source's colour space is any other than the destination's, so that every PyAV sets the matrix.
    conversion = {"dst_colorspace": f"ITU{matrix[2:]}", "dst_color_range": range_name, "src_color_range": "JPEG"}
    conversion["src_colorspace"] = "ITU601" if matrix == "bt709" else "ITU709"
    path = write_video(
        tmp_path / "colours.mkv",
        [patches()] * 3,
        pixel_format=pixel_format,
        conversion=conversion,
        options={"crf": "4", "colorspace": TAGS[matrix], "color_range": tag},
    )
    frame = read_all(path)[1]
    seen = frame.rgb()[32, 32::64].astype(int)
    assert np.abs(seen - np.array(PRIMARIES)).max() <= 6


def test_a_loop_goes_on_in_time_and_counts_its_turns(tmp_path: Path) -> None:
    path = write_video(tmp_path / "loop.mp4", numbered(3), [0, 40, 80], options=FAST)
    frames = read_all(path, loop=True, at_most=8)
    assert [frame.segment for frame in frames] == [0, 0, 0, 1, 1, 1, 2, 2]
    assert [frame.number for frame in frames] == list(range(8))
    assert [frame.timestamp_ns for frame in frames] == [40 * MS * index for index in range(8)]


def test_pictures_that_were_played_are_not_kept(tmp_path: Path) -> None:
    """Nor those of the turns before, until Python looks for garbage by itself."""
    path = write_video(tmp_path / "loop.mp4", numbered(50), range(0, 2000, 40), options=FAST)
    camera = VideoCamera(path, loop=True, realtime=False)
    gc.collect()
    gc.disable()
    try:
        for _ in range(220):
            camera.read()
        left = sum(isinstance(one, av.VideoFrame) for one in gc.get_objects())
    finally:
        gc.enable()
    camera.close()
    assert left < 20


def test_a_file_that_vanishes_ends_the_loop_with_a_sentence(tmp_path: Path) -> None:
    path = write_video(tmp_path / "gone.mp4", numbered(2), options=FAST)
    camera = VideoCamera(path, loop=True, realtime=False)
    camera.read()
    camera.read()
    path.unlink()
    with pytest.raises(InputError, match=r"gone\.mp4 does not exist"):
        camera.read()
    assert camera.read() is None


def test_realtime_waits_until_each_frame_is_due(tmp_path: Path) -> None:
    path = write_video(tmp_path / "paced.mp4", numbered(4), [0, 40, 100, 300], options=FAST)
    time = FakeTime()
    camera = VideoCamera(path, loop=False, realtime=True, pacer=time.pacer())
    frames = [frame for frame in iter(camera.read, None) if frame]
    assert camera.live
    assert time.waits_s == pytest.approx([0.040, 0.060, 0.200])
    assert [frame.captured_ns - frames[0].captured_ns for frame in frames] == [0, 40 * MS, 100 * MS, 300 * MS]


def test_a_long_wait_is_told_but_not_at_every_slide(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_video(tmp_path / "slides.mp4", numbered(5), [0, 40, 10_000, 20_000, 45_000], options=FAST)
    time = FakeTime()
    camera = VideoCamera(path, loop=False, realtime=True, pacer=time.pacer())
    with caplog.at_level(logging.INFO, "edge"):
        frames = [frame for frame in iter(camera.read, None) if frame]
    assert sum(time.waits_s) == pytest.approx(45.0)
    assert {frame.segment for frame in frames} == {0}
    assert caplog.messages == [
        f"{path}: the next frame comes after 10.0 s; it is waited for",
        f"{path}: the next frame comes after 25.0 s; it is waited for",
    ]


def test_nobody_waits_longer_than_the_daemon_lets_a_file_hang(tmp_path: Path) -> None:
    path = write_video(tmp_path / "hours.mp4", numbered(3), [0, 3_600_000, 7_200_000], options=FAST)
    time = FakeTime()
    camera = VideoCamera(path, loop=False, realtime=True, pacer=time.pacer())
    assert [frame.segment for frame in iter(camera.read, None) if frame] == [0, 1, 2]
    assert max(time.waits_s) < FILE_LIMIT_S / 2


def test_without_realtime_nobody_waits(tmp_path: Path) -> None:
    path = write_video(tmp_path / "fast.mp4", numbered(4), [0, 5000, 10000, 15000], options=FAST)
    time = FakeTime()
    camera = VideoCamera(path, loop=False, realtime=False, pacer=time.pacer())
    assert len([frame for frame in iter(camera.read, None) if frame]) == 4
    assert not camera.live
    assert time.waits_s == []


def test_close_wakes_a_waiting_read(tmp_path: Path) -> None:
    path = write_video(tmp_path / "slow.mp4", numbered(2), [0, 200_000], options=FAST)
    camera = VideoCamera(path, loop=False, realtime=True)
    camera.read()
    answers: list[Frame | None] = []
    reader = threading.Thread(target=lambda: answers.append(camera.read()))
    reader.start()
    camera.close()
    reader.join(timeout=30)
    assert answers == [None]
    assert camera.read() is None
    camera.close()


def test_the_length_is_known_before_the_end(tmp_path: Path) -> None:
    for name in ("known.mp4", "known.mkv"):
        camera = VideoCamera(write_video(tmp_path / name, numbered(25)), loop=False, realtime=False)
        assert camera.frame_count == 25
        assert camera.duration_s == pytest.approx(1.0, abs=0.05)
        camera.close()


def test_a_video_cut_in_half_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (40, 96, 160, 3), np.uint8)
    path = write_video(tmp_path / "cut.mkv", list(noise), options=FAST)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    frames = read_all(path)
    assert 10 <= len(frames) <= 25
    assert [frame.timestamp_ns for frame in frames] == [40 * MS * index for index in range(len(frames))]


@pytest.mark.parametrize("turns", [1, 4])
def test_a_broken_frame_in_the_middle_is_left_out_counted_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, turns: int
) -> None:
    noise = np.random.default_rng(2).integers(0, 255, (10, 96, 160, 3), np.uint8)
    path = write_video(tmp_path / "broken.mov", list(noise), codec="png", pixel_format="rgb24")
    data = path.read_bytes()
    starts = [at for at in range(len(data)) if data.startswith(b"\x89PNG", at)]
    for start in starts[3:5]:
        data = data[: start + 8] + bytes(64) + data[start + 72 :]
    path.write_bytes(data)
    camera = VideoCamera(path, loop=turns > 1, realtime=False)
    with caplog.at_level(logging.WARNING, "edge"):
        frames = [frame for frame in islice(iter(camera.read, None), 8 * turns) if frame]
    assert [frame.timestamp_ns // (40 * MS) for frame in frames[:8]] == [0, 1, 2, 5, 6, 7, 8, 9]
    assert camera.broken_frames == 2 * turns
    assert len([record for record in caplog.records if record.name.startswith("edge")]) == 1
    assert "broken.mov" in caplog.text


def test_files_that_are_not_videos_are_named(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("This is no video at all.\n" * 50)
    (tmp_path / "notes.txt").write_text("FFmpeg would draw this as terminal art.\n" * 50)
    (tmp_path / "empty.mp4").touch()
    write_sound(tmp_path / "sound.wav")
    write_video(tmp_path / "headless.mp4", numbered(5))
    half = (tmp_path / "headless.mp4").read_bytes()
    (tmp_path / "headless.mp4").write_bytes(half[: len(half) // 3])
    expected = {
        "missing.mp4": "does not exist",
        ".": "is a folder",
        "empty.mp4": "is empty",
        "text.mp4": "is not a video",
        "notes.txt": "has no video in it",
        "sound.wav": "has no video in it",
        "headless.mp4": "is not a video that can be read, or it is damaged",
    }
    for name, message in expected.items():
        with pytest.raises(InputError, match=message) as caught:
            VideoCamera(tmp_path / name, loop=True, realtime=False)
        assert str(tmp_path / name) in str(caught.value)


def test_a_video_without_one_good_frame_is_an_error_and_not_an_endless_loop(tmp_path: Path) -> None:
    path = write_video(tmp_path / "hollow.mov", numbered(3), codec="png", pixel_format="rgb24")
    path.write_bytes(path.read_bytes().replace(b"\x89PNG", b"\x00PNG"))
    with pytest.raises(InputError, match="no frame that can be decoded"):
        VideoCamera(path, loop=True, realtime=False)


def test_times_that_stand_still_or_run_backwards_still_grow(tmp_path: Path) -> None:
    """Two clips glued together: an MPEG stream whose clock starts again in the middle."""
    first = write_video(tmp_path / "1.ts", numbered(5), options=FAST).read_bytes()
    path = tmp_path / "glued.ts"
    path.write_bytes(first + first)
    times = [frame.timestamp_ns for frame in read_all(path)]
    assert len(times) >= 9
    assert all(later > earlier for earlier, later in pairwise(times))
    assert times[-1] < NS_PER_S


def test_a_stream_without_times_runs_at_its_average_rate(tmp_path: Path) -> None:
    frames = read_all(write_video(tmp_path / "raw.h264", numbered(6), options=B_FRAMES))
    assert [frame.timestamp_ns for frame in frames] == [40 * MS * index for index in range(6)]


def test_a_colon_in_a_name_is_not_a_protocol(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", numbered(2), options=FAST).rename(tmp_path / "http:clip.mp4")
    assert len(read_all(path)) == 2


def test_real_clips_read_to_their_end(shared: SharedData) -> None:
    frames = read_all(shared.path("media/video_people/asl_walk.mkv"))
    assert len(frames) == 89
    assert frames[0].image.shape == (480, 640, 3)


@pytest.mark.parametrize("head", [b"%PDF-1.4\n", b"PK\x03\x04" + bytes(26)])
def test_a_picture_within_a_document_is_no_video(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "document"
    path.write_bytes(head + odd.encoded(".jpg") * 9)

    with pytest.raises(InputError, match="document has no video in it; give a file with a video stream"):
        VideoCamera(path, loop=False, realtime=False)


@pytest.mark.skipif(not hasattr(av.VideoFrame, "colorspace"), reason="this PyAV does not tell a frame's colour space")
@pytest.mark.parametrize(
    ("width", "pixel_format", "kept"), [(64, "yuv420p", "i420"), (64, "yuv444p", "rgb"), (63, "yuv420p", "rgb")]
)
def test_what_models_can_shrink_as_it_is_stays_so(tmp_path: Path, width: int, pixel_format: str, kept: str) -> None:
    images = [np.ascontiguousarray(patches()[:, :width])] * 2
    path = write_video(tmp_path / "clip.mkv", images, codec="ffv1", pixel_format=pixel_format)
    frames = read_all(path)
    assert [(frame.pixel_format, frame.width) for frame in frames] == [(kept, width)] * 2
