"""What ``edge infer`` is given: pictures, folders of pictures, videos."""

from __future__ import annotations

import re
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.progress import TaskProgressColumn, TimeRemainingColumn

from edge.base.text import printable
from edge.base.url import masked_url
from edge.camera.image_file import is_animated, load_image
from edge.camera.image_folder import SUFFIXES, ImageFolder, read_folder
from edge.camera.media_type import JPEG, Kind, media_type_of
from edge.camera.paths import is_folder, require_there
from edge.camera.video import VideoCamera
from edge.cli.progress import progress_bar
from edge.errors import InputError
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


# A film of JPEGs one after another begins as one picture does; only its name tells.
_JPEG_STREAMS = frozenset({".mjpeg", ".mjpg"})
# A path has lost one of the two slashes.
_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):/+(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Input:
    """One picture or video, as the user named it; ``is_video`` tells whether it has frames in time."""

    path: Path
    is_video: bool

    @contextmanager
    def open(self) -> Iterator[Iterator[Frame]]:
        """Its frames; a video shows its progress where a person waits at a terminal.

        Raises:
            InputError: it cannot be read.
        """
        self._require_there()
        if is_folder(self.path):
            read_folder(self.path)
        if not self.is_video:
            yield iter([Frame(number=0, image=load_image(self.path), timestamp_ns=0, captured_ns=time.monotonic_ns())])
            return
        camera = VideoCamera(self.path, loop=False, realtime=False)
        try:
            yield _with_progress(camera, self.path.name)
        finally:
            camera.close()

    def _require_there(self) -> None:
        try:
            require_there(self.path, "a picture, a folder of pictures or a video")
        except InputError:
            if address := _ADDRESS.fullmatch(str(self.path)):
                shown = masked_url(f"{address['scheme']}://{address['rest']}")
                reason = "is an address, and an input is a file; edge run takes it as camera.source"
                raise InputError(f"{shown} {reason}") from None
            raise


@dataclass(frozen=True, slots=True)
class Inputs:
    """All inputs in the order given; ``is_complete`` is False where a picture of a folder cannot be among them."""

    all: list[Input]
    is_complete: bool


def expand_inputs(paths: Sequence[Path]) -> Inputs:
    """Folders are replaced by the pictures in them; what else they hold is told on stderr, a line a folder."""
    inputs, is_complete = [], True
    for path in paths:
        try:
            found = read_folder(path) if is_folder(path) else ImageFolder((path,), "", has_unreadable=False)
        except InputError:
            found = ImageFolder((path,), "", has_unreadable=False)  # named when its turn comes
        if found.left_out:
            print(printable(f"edge: {path}: {found.left_out}"), file=sys.stderr)  # noqa: T201
        inputs += [Input(file, _is_video(file)) for file in found.images]
        is_complete &= not found.has_unreadable
    return Inputs(inputs, is_complete)


def _is_video(path: Path) -> bool:
    """By what is in it; where that says nothing, by its name, as nothing that is no picture can be anything else."""
    found = media_type_of(path)
    suffix = path.suffix.lower()
    if found is None:
        return suffix not in SUFFIXES
    is_stream = found is JPEG and suffix in _JPEG_STREAMS
    return found.kind is Kind.VIDEO or is_stream or is_animated(path, found)


def _with_progress(camera: VideoCamera, name: str) -> Iterator[Frame]:
    """No bar where the results themselves scroll by at the terminal."""
    with progress_bar(TaskProgressColumn, TimeRemainingColumn, is_wanted=not sys.stdout.isatty()) as progress:
        bar = progress.add_task(printable(name), total=camera.frame_count)
        while (frame := camera.read()) is not None:
            yield frame
            progress.advance(bar)
