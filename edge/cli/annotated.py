"""The annotated copy that ``edge infer --output`` leaves behind."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from edge.overlay.still import save_image
from edge.overlay.video import VideoWriter
from edge.tasks.paint import paint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge.types import Frame, ImageArray, Result

    Annotate = Callable[[Frame, Result | None], None]


@contextmanager
def open_annotated(path: Path | None, *, is_video: bool) -> Iterator[Annotate]:
    """A function that takes each frame with the latest result; what it paints is in ``path`` when the block ends.

    Raises:
        ConfigError: the suffix does not suit. EdgeError: the file cannot be written.
    """
    if path is None:
        yield lambda _frame, _result: None
    elif is_video:
        with VideoWriter(path) as writer:
            yield lambda frame, result: writer.write(_painted(frame, result), frame.timestamp_ns)
    else:
        yield lambda frame, result: save_image(path, _painted(frame, result))


def _painted(frame: Frame, result: Result | None) -> ImageArray:
    if result is None:
        return frame.rgb()
    image = frame.rgb().copy()
    paint(image, [result])
    return image
