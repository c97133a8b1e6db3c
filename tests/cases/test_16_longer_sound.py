"""Sound or subtitles that go on after the pictures are no sign of a truncated file; a cut is."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from tests.camera.support import numbered, write_video
from tests.cases.support import CASES, read_video

if TYPE_CHECKING:
    from pathlib import Path

LONG = CASES / "16-longer-sound" / "long.mkv"
RATE_HZ = 8000
SOUND = {".mkv": "pcm_s16le", ".nut": "pcm_s16le", ".avi": "pcm_s16le", ".mp4": "aac", ".ts": "mp2", ".flv": "aac"}


def with_sound(path: Path, pictures_s: float, sound_s: float, *, noisy: bool = False) -> Path:
    """A video of 10 frames a second with silence beside it, each as long as it is told to be."""
    generator = np.random.default_rng(16)
    options = {"movflags": "+faststart"} if path.suffix == ".mp4" else {}
    with av.open(str(path), "w", options=options) as container:
        video: Any = container.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        sound: Any = container.add_stream(SOUND[path.suffix], rate=16_000 if path.suffix == ".ts" else RATE_HZ)
        for tenth in range(round(10 * max(pictures_s, sound_s))):
            if tenth < 10 * pictures_s:
                image = (
                    generator.integers(0, 255, (96, 160, 3), np.uint8) if noisy else np.zeros((96, 160, 3), np.uint8)
                )
                frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuv420p")
                frame.pts, frame.time_base = tenth, Fraction(1, 10)
                container.mux(video.encode(frame))
            if tenth < 10 * sound_s:
                container.mux(sound.encode(_silence(sound, tenth)))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))
    return path


def _silence(stream: Any, tenth: int) -> av.AudioFrame:
    samples, name = stream.codec_context.sample_rate // 10, stream.codec_context.format.name
    kind = np.float32 if "flt" in name else np.int16
    channels = 1 if name.endswith("p") else len(stream.codec_context.layout.channels)
    planes = len(stream.codec_context.layout.channels) if name.endswith("p") else 1
    layout = stream.codec_context.layout.name
    silence = av.AudioFrame.from_ndarray(np.zeros((planes, samples * channels), kind), format=name, layout=layout)
    silence.sample_rate, silence.pts, silence.time_base = samples * 10, tenth * samples, Fraction(1, samples * 10)
    return silence


def complaints(path: Path, caplog: pytest.LogCaptureFixture) -> list[str]:
    caplog.clear()
    read_video(path)
    return [message for message in caplog.messages if "truncated" in message]


def without_lengths(path: Path) -> Path:
    """The same Matroska file without the lengths of its single streams."""
    path.write_bytes(path.read_bytes().replace(b"DURATION", b"XXXXXXXX"))
    return path


def test_the_file_of_the_case(caplog: pytest.LogCaptureFixture) -> None:
    assert complaints(LONG, caplog) == []


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.ts", "a.avi", "a.nut", "a.flv"])
@pytest.mark.parametrize(("pictures_s", "sound_s"), [(1.0, 4.0), (2.0, 1.0)])
def test_neither_has_to_be_as_long_as_the_other(
    tmp_path: Path, name: str, pictures_s: float, sound_s: float, caplog: pytest.LogCaptureFixture
) -> None:
    path = with_sound(tmp_path / name, pictures_s, sound_s)
    assert complaints(path, caplog) == []
    assert len(read_video(path)) == 10 * pictures_s


def test_where_single_lengths_are_not_stated(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert complaints(without_lengths(with_sound(tmp_path / "a.mkv", 1.0, 4.0)), caplog) == []


@pytest.mark.parametrize("name", ["slides.mkv", "slides.mp4", "slides.ts"])
@pytest.mark.parametrize("pace_ms", [1000, 10_000])
def test_the_start_of_a_slow_one_is_not_guessed(
    tmp_path: Path, name: str, pace_ms: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Its pictures are not stored in the order in which they are shown."""
    path = write_video(
        tmp_path / name,
        numbered(6),
        [pace_ms * index for index in range(6)],
        options={"preset": "medium"},
        rate=Fraction(1000, pace_ms),
    )
    assert complaints(path, caplog) == []
    assert len(read_video(path)) == 6


@pytest.mark.parametrize("name", ["cut.mkv", "cut.mp4"])
@pytest.mark.parametrize("stated", [True, False])
def test_what_was_cut_off_is_told(tmp_path: Path, name: str, stated: bool, caplog: pytest.LogCaptureFixture) -> None:
    path = with_sound(tmp_path / name, 3.0, 3.0, noisy=True)
    if not stated:
        without_lengths(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    (line,) = complaints(path, caplog)
    assert line.startswith(f"{path} ends after 1.")
    assert line.endswith("of 3.0 s; it is truncated, copy it again")
