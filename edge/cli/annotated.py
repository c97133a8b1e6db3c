"""The annotated picture or video that ``--output`` of ``edge infer`` and ``edge replay`` leaves behind."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from edge.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from edge.tasks.paint import ResultsPainter
    from edge.trace.records import FrameRecord
    from edge.types import Frame, ImageArray, Result, TaskName

    Annotate = Callable[[Frame, Result | None], None]
    AnnotateRecord = Callable[[FrameRecord, TaskName, Result | None], None]

# Whoever replays a trace without a video need not have OpenCV and PyAV: what draws is imported when it is needed.


@contextmanager
def open_annotated(path: Path | None, *, is_video: bool, only_skeletons: bool) -> Iterator[Annotate]:
    """A function that takes each frame with the latest result; what it paints is in ``path`` when the block ends.

    A result that no longer holds is left out. With ``only_skeletons`` it paints on plain ground.

    Raises:
        ConfigError: the suffix does not suit. EdgeError: the file cannot be written.
    """
    if path is None:
        yield lambda _frame, _result: None
        return
    from edge.overlay.ground import ground_of  # noqa: PLC0415
    from edge.overlay.image_writer import save_image  # noqa: PLC0415
    from edge.overlay.video_writer import VideoWriter  # noqa: PLC0415
    from edge.tasks.latest import LatestResults  # noqa: PLC0415
    from edge.tasks.paint import ResultsPainter  # noqa: PLC0415

    latest, painter = LatestResults(), ResultsPainter()

    def painted(frame: Frame, result: Result | None) -> ImageArray:
        if result is not None:
            latest.put(result)
        ground = ground_of(frame, only_skeletons=only_skeletons)
        return _painted(ground, latest.at(frame.segment, frame.timestamp_ns), painter)

    if is_video:
        with VideoWriter(path) as writer:
            yield lambda frame, result: writer.write(painted(frame, result), frame.timestamp_ns)
    else:
        yield lambda frame, result: save_image(path, painted(frame, result))


@contextmanager
def open_annotated_trace(
    path: Path | None, trace: Path, tasks: Sequence[TaskName], *, only_skeletons: bool
) -> Iterator[AnnotateRecord]:
    """A function that takes each task's frame with its result; what it paints is in ``path`` when the block ends.

    The frames are those that the first task has seen, with the results of all that hold. With ``only_skeletons`` it
    paints on plain ground, and the trace needs no frames.

    Raises:
        ConfigError: the suffix does not suit. InputError: the trace has no frames. EdgeError: the video cannot be
            written.
    """
    if path is None:
        yield lambda _frame, _task, _result: None
        return
    from edge.camera.image_file import load_image  # noqa: PLC0415
    from edge.overlay.ground import plain_ground  # noqa: PLC0415
    from edge.overlay.video_writer import VideoWriter  # noqa: PLC0415
    from edge.tasks.latest import LatestResults  # noqa: PLC0415
    from edge.tasks.paint import ResultsPainter  # noqa: PLC0415
    from edge.trace.pictures import picture_of  # noqa: PLC0415

    def ground_of(frame: FrameRecord) -> ImageArray:
        return (
            plain_ground((frame.height, frame.width)) if only_skeletons else load_image(picture_of(trace, frame.number))
        )

    latest, painter = LatestResults(), ResultsPainter()
    with VideoWriter(path) as writer:

        def show(frame: FrameRecord, task: TaskName, result: Result | None) -> None:
            if result is not None:
                latest.put(result)
            if task == tasks[0] and (frame.has_picture or only_skeletons):
                found = latest.at(frame.segment, frame.timestamp_ns)
                writer.write(_painted(ground_of(frame), found, painter), frame.timestamp_ns)

        yield show
        count = writer.frame_count
    if not count:
        raise InputError(
            f"{trace} has no frames to draw on; record it with: edge record --with-frames; "
            "or have plain ground instead: --set device.privacy=skeleton"
        )


def _painted(image: ImageArray, results: Sequence[Result], painter: ResultsPainter) -> ImageArray:
    from edge.overlay.canvas import Canvas  # noqa: PLC0415

    painter.paint(Canvas.whole(image), results)
    return image
