"""The annotated video: what is drawn on a frame still holds there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np

from edge.cli.annotated import open_annotated
from tests.overlay.support import pose_result, standing
from tests.support import make_frame

if TYPE_CHECKING:
    from pathlib import Path


def test_people_of_whom_nothing_is_said_for_a_second_are_gone(tmp_path: Path) -> None:
    path = tmp_path / "o.mp4"
    result = pose_result(standing(), time_s=0.0)
    with open_annotated(path, is_video=True, only_skeletons=True) as annotate:
        for number in range(5):
            annotate(make_frame(number=number, time_s=number / 2), result)
    with av.open(str(path)) as container:
        frames: Any = container.decode(video=0)
        drawn = [bool(np.ptp(frame.to_ndarray(format="rgb24")) > 100) for frame in frames]
    assert drawn == [True, True, True, False, False]
