from __future__ import annotations

import numpy as np
import pytest

from edge.camera.fake import SQUARE, FakeCamera


def test_the_pattern_moves_and_is_the_same_each_time() -> None:
    frames = [[frame for frame in iter(FakeCamera(count=5, width=64, height=48).read, None) if frame] for _ in "ab"]
    assert len(frames[0]) == 5
    for one, other in zip(*frames, strict=True):
        np.testing.assert_array_equal(one.image, other.image)
    assert not np.array_equal(frames[0][0].image, frames[0][1].image)
    assert (frames[0][0].width, frames[0][0].height) == (64, 48)
    assert (frames[0][0].image == SQUARE).all(axis=2).sum() == 12 * 12


def test_time_runs_at_the_frame_rate() -> None:
    camera = FakeCamera(fps=25.0, count=3, live=True)
    assert camera.live
    assert [frame.timestamp_ns for frame in iter(camera.read, None) if frame] == [0, 40_000_000, 80_000_000]


def test_given_images_come_as_they_are() -> None:
    images = [np.full((4, 4, 3), value, np.uint8) for value in (1, 2)]
    camera = FakeCamera(images)
    for number, image in enumerate(images):
        frame = camera.read()
        assert frame is not None
        assert frame.image is image
        assert frame.number == number
    assert camera.read() is None


@pytest.mark.parametrize("live", [True, False])
def test_after_close_there_is_nothing(live: bool) -> None:
    camera = FakeCamera(live=live)
    assert camera.read() is not None
    camera.close()
    camera.close()
    assert camera.read() is None
