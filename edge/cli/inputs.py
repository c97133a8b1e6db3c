"""What ``edge infer`` is given: pictures, folders of pictures, videos."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from edge.camera.stills import SUFFIXES, list_images, load_image
from edge.camera.video import VideoCamera
from edge.errors import InputError
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_ANIMATED = ".gif"


@dataclass(frozen=True, slots=True)
class Input:
    """One picture or video, as the user named it."""

    path: Path

    @property
    def is_video(self) -> bool:
        """Whether it has frames in time; decided by the name, as nothing that is no picture can be anything else."""
        suffix = self.path.suffix.lower()
        return suffix == _ANIMATED or suffix not in SUFFIXES

    @contextmanager
    def open(self) -> Iterator[Iterator[Frame]]:
        """Its frames; a video shows its progress where a person waits at a terminal.

        Raises:
            InputError: it cannot be read.
        """
        if not self.path.exists():
            raise InputError(f"{self.path} does not exist; give the path of a picture, a folder of pictures or a video")
        if self.path.is_dir():
            list_images(self.path)
        if not self.is_video:
            yield iter([Frame(number=0, image=load_image(self.path), timestamp_ns=0, captured_ns=time.monotonic_ns())])
            return
        camera = VideoCamera(self.path, loop=False, realtime=False)
        try:
            yield _with_progress(camera, self.path.name)
        finally:
            camera.close()


def _files(path: Path) -> list[Path]:
    """The pictures of a folder, or the path itself; an empty folder too, which is named when its turn comes."""
    if not path.is_dir():
        return [path]
    try:
        return list_images(path)
    except InputError:
        return [path]


def expand_inputs(paths: Sequence[Path]) -> list[Input]:
    """The inputs in the order given, folders replaced by the pictures in them."""
    return [Input(file) for path in paths for file in _files(path)]


def _is_watched() -> bool:
    """Whether a person waits at a terminal that is free: where the results themselves scroll by, no bar is needed."""
    return sys.stderr.isatty() and not sys.stdout.isatty()


def _with_progress(camera: VideoCamera, name: str) -> Iterator[Frame]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not _is_watched()) as progress:
        bar = progress.add_task(name, total=camera.frame_count)
        while (frame := camera.read()) is not None:
            yield frame
            progress.advance(bar)
