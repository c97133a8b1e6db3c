"""Several video tracks: the one a player takes; the cover of a song is none."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from edge.camera.video import VideoCamera
from edge.cli.main import main
from edge.errors import InputError
from tests.cases.support import CASES, read_video
from tests.cli.toys import colour_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TWO = CASES / "21-second-track" / "two.mp4"
TELLS_DISPOSITION = hasattr(av.stream.Stream, "disposition")
DEFAULT, ATTACHED_PIC = 0x1, 0x400

SMALL, LARGE = (64, 48), (160, 96)


def with_tracks(path: Path, tracks: Sequence[tuple[tuple[int, int], bool]], *, cover: bool = False) -> Path:
    """A video with tracks of these sizes, marked as the default or not; with a cover, the cover comes first."""
    with av.open(str(path), "w") as container:
        art = _add_cover(container) if cover else None
        streams = []
        for (width, height), default in tracks:
            stream: Any = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            _mark(stream, DEFAULT if default else 0)
            streams.append(stream)
        if art is not None:
            _write_cover(container, art)
        for index in range(6):
            for stream in streams:
                image = np.full((stream.height, stream.width, 3), 20 * index, np.uint8)
                frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format="yuv420p")
                frame.pts, frame.time_base = index, Fraction(1, 25)
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))
    return path


def _mark(stream: Any, disposition: int) -> None:
    if TELLS_DISPOSITION:
        stream.disposition = disposition
    elif disposition == ATTACHED_PIC:
        pytest.skip("this PyAV cannot attach a cover")


def _add_cover(container: Any) -> Any:
    stream = container.add_stream("mjpeg", rate=1)
    stream.width, stream.height, stream.pix_fmt = 320, 320, "yuvj420p"
    _mark(stream, ATTACHED_PIC)
    return stream


def _write_cover(container: Any, stream: Any) -> None:
    frame = av.VideoFrame.from_ndarray(np.full((320, 320, 3), (255, 0, 0), np.uint8), format="rgb24")
    frame = frame.reformat(format="yuvj420p")
    frame.pts = 0
    container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def song(path: Path, codec: str) -> Path:
    """Half a second of silence with a red cover."""
    with av.open(str(path), "w", format="mp4" if path.suffix == ".m4a" else None) as container:
        sound: Any = container.add_stream(codec, rate=44_100)
        _write_cover(container, _add_cover(container))
        name, samples = sound.codec_context.format.name, sound.codec_context.frame_size or 1024
        kind = {"fltp": np.float32, "s16": np.int16, "s32p": np.int32}[name]
        for index in range(20):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, samples), kind), format=name, layout="mono")
            frame.sample_rate, frame.pts = 44_100, index * samples
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return path


def sizes(path: Path) -> list[tuple[int, int]]:
    return [(frame.width, frame.height) for frame in read_video(path)]


def test_the_file_of_the_case() -> None:
    assert sizes(TWO) == [(480, 390)] * 7


@pytest.mark.parametrize("name", ["a.mkv", "a.ts", "a.avi", "a.nut"])
def test_the_larger_of_tracks_that_nothing_is_said_about(tmp_path: Path, name: str) -> None:
    for order in ((SMALL, LARGE), (LARGE, SMALL), (SMALL, LARGE, SMALL)):
        assert sizes(with_tracks(tmp_path / name, [(size, False) for size in order])) == [LARGE] * 6


@pytest.mark.skipif(not TELLS_DISPOSITION, reason="this PyAV does not tell which track is the default")
@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.mov"])
def test_the_default_track_before_a_larger_one(tmp_path: Path, name: str) -> None:
    assert sizes(with_tracks(tmp_path / name, [(LARGE, False), (SMALL, True)])) == [SMALL] * 6
    assert sizes(with_tracks(tmp_path / name, [(SMALL, False), (LARGE, True)])) == [LARGE] * 6


@pytest.mark.skipif(not TELLS_DISPOSITION, reason="this PyAV cannot write it")
def test_a_cover_is_not_taken_for_the_video_beside_it(tmp_path: Path) -> None:
    assert sizes(with_tracks(tmp_path / "a.mp4", [(SMALL, False)], cover=True)) == [SMALL] * 6


@pytest.mark.parametrize(("name", "codec"), [("a.mp3", "libmp3lame"), ("a.flac", "flac"), ("a.m4a", "aac")])
def test_a_song_with_a_cover_has_no_video(
    tmp_path: Path, name: str, codec: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = song(tmp_path / name, codec)
    with pytest.raises(InputError, match="has no video in it; give a file with a video stream"):
        VideoCamera(path, loop=False, realtime=False)
    assert main(["infer", "classification", str(path), "--model", str(colour_model(tmp_path))]) == 1
    assert capsys.readouterr().err == f"edge: {path} has no video in it; give a file with a video stream\n"


def test_a_track_that_cannot_be_decoded_is_passed_over(tmp_path: Path) -> None:
    path = with_tracks(tmp_path / "a.mp4", [(SMALL, False), (LARGE, False)])
    data = path.read_bytes()
    last = data.rindex(b"avc1")
    path.write_bytes(data[:last] + b"zzzz" + data[last + 4 :])
    assert sizes(path) == [SMALL] * 6
    path.write_bytes(data.replace(b"avc1", b"zzzz"))
    with pytest.raises(InputError, match="of a kind that cannot be decoded here; convert it to H"):
        VideoCamera(path, loop=False, realtime=False)
