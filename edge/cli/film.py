"""The annotated video that ``edge replay --output`` leaves behind."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from edge.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from edge.trace.records import FrameRecord
    from edge.types import Result, TaskName

    Show = Callable[[FrameRecord, TaskName, Result | None], None]


@contextmanager
def open_film(path: Path | None, trace: Path, tasks: Sequence[TaskName]) -> Iterator[Show]:
    """A function that takes each task's frame with its result; what it paints is in ``path`` when the block ends.

    The frames are those that the first task has seen, with the latest results of all.

    Raises:
        ConfigError: the suffix does not suit. InputError: the trace has no frames. EdgeError: the video cannot be
            written.
    """
    if path is None:
        yield lambda _frame, _task, _result: None
        return
    from edge.camera.image_file import load_image  # noqa: PLC0415  # without a video nothing here needs OpenCV and PyAV
    from edge.overlay.video import VideoWriter  # noqa: PLC0415
    from edge.tasks.paint import paint  # noqa: PLC0415
    from edge.trace.pictures import picture_of  # noqa: PLC0415

    latest: dict[TaskName, Result] = {}
    with VideoWriter(path) as writer:

        def show(frame: FrameRecord, task: TaskName, result: Result | None) -> None:
            if result is not None:
                latest[task] = result
            if task == tasks[0] and frame.has_picture:
                image = load_image(picture_of(trace, frame.number))
                paint(image, [latest[name] for name in tasks if name in latest])
                writer.write(image, frame.timestamp_ns)

        yield show
        count = writer.frame_count
    if not count:
        raise InputError(f"{trace} has no frames to draw on; record it with: edge record --with-frames")
