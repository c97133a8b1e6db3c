from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from edge.errors import ConfigError, EdgeError
from edge.overlay.video_writer import VideoWriter

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import ImageArray

MS = 1_000_000
TIMES_NS = [round(index * 1001 / 30_000 * 1e9) for index in range(5)] + [400 * MS, 1234 * MS]


def patch(color: tuple[int, int, int], width: int = 64, height: int = 48) -> ImageArray:
    return np.full((height, width, 3), color, np.uint8)


def read_back(path: Path) -> list[tuple[float, ImageArray]]:
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]  # type: ignore[misc]


@pytest.mark.parametrize("codec_missing", [False, True])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_frames_times_size_and_colours_read_back(
    tmp_path: Path, suffix: str, codec_missing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if codec_missing:
        monkeypatch.setattr("av.codecs_available", {"mpeg4"})
    path = tmp_path / f"out{suffix}"
    colors = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (128, 128, 128), (200, 120, 40)]
    with VideoWriter(path) as writer:
        for time_ns, color in zip(TIMES_NS, colors, strict=True):
            writer.write(patch(color), 7_000_000_000 + time_ns)
    assert writer.frame_count == 7
    seen = read_back(path)
    assert [time_s for time_s, _ in seen] == pytest.approx([time_ns / 1e9 for time_ns in TIMES_NS], abs=6e-4)
    for (_, image), color in zip(seen, colors, strict=True):
        assert image.shape == (48, 64, 3)
        assert np.abs(image[24, 32].astype(int) - color).max() <= 8


def test_mp4_times_are_exact_and_the_index_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with VideoWriter(path) as writer:
        for time_ns in TIMES_NS:
            writer.write(patch((9, 99, 9)), time_ns)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        times = [float(frame.pts * stream.time_base) for frame in container.decode(stream)]  # type: ignore[operator]
    assert times == pytest.approx([time_ns / 1e9 for time_ns in TIMES_NS], abs=1e-5)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_odd_sizes_are_cut_to_even_ones(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "odd.mp4") as writer:
        writer.write(patch((10, 20, 30), 65, 49), 0)
    ((_, image),) = read_back(tmp_path / "odd.mp4")
    assert image.shape == (48, 64, 3)


def test_times_that_do_not_grow_are_moved_on(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "still.mp4") as writer:
        for time_ns in (0, 0, 0, 40 * MS, 10 * MS):
            writer.write(patch((10, 20, 30)), time_ns)
    times = [time_s for time_s, _ in read_back(tmp_path / "still.mp4")]
    assert len(set(times)) == 5


def test_what_was_written_before_an_error_is_kept(tmp_path: Path) -> None:
    def interrupted() -> None:
        with VideoWriter(tmp_path / "part.mp4") as writer:
            writer.write(patch((10, 20, 30)), 0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(read_back(tmp_path / "part.mp4")) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["part.mp4"]


def test_nothing_written_leaves_no_file(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "none.mp4") as writer:
        pass
    writer.close()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="end the name in"):
        VideoWriter(tmp_path / "out.docx")
    with pytest.raises(EdgeError, match=r"gone/out\.mp4 cannot be written"), VideoWriter(tmp_path / "gone/out.mp4"):
        pass


def test_later_pictures_are_fitted_into_the_first_size(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "sizes.mp4"
    sizes = [(64, 48), (65, 49), (32, 48), (640, 96), (16, 12), (1, 400)]
    with VideoWriter(path) as writer:
        for index, (width, height) in enumerate(sizes):
            writer.write(patch((200, 100, 0), width, height), 40 * index * MS)
    images = [image.astype(int) for _, image in read_back(path)]
    assert [image.shape for image in images] == [(48, 64, 3)] * len(sizes)
    # Rows and columns that are not black.
    shown = [(image.sum(2) > 150).any(1 - axis).sum() for image in images for axis in (1, 0)]
    assert (
        np.abs(np.array(shown).reshape(-1, 2) - [(64, 48), (64, 48), (32, 48), (64, 10), (64, 48), (1, 48)]).max() <= 2
    )
    assert caplog.messages == [
        f"{path}: the picture changes from 64x48 to 32x48 at 0.1 s; from here on it is fitted into the first size"
    ]
