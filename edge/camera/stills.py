"""Pictures as a camera, and the one way a picture file is read."""

from __future__ import annotations

import logging
import threading
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.camera.files import require_file
from edge.camera.image_header import read_header
from edge.camera.pace import Pacer
from edge.errors import InputError
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.types import ImageArray

log = logging.getLogger(__name__)

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"})
MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_PIXELS = 100_000_000


def load_image(path: Path) -> ImageArray:
    """Read a picture: ``(height, width, 3) uint8`` RGB, turned upright by its EXIF orientation.

    Grey becomes RGB, alpha is dropped, 16 bit are reduced to 8, of an animation the first picture is taken.

    Raises:
        InputError: it is missing, a folder, empty, truncated, too large, or not a picture OpenCV reads.
    """
    require_file(path, "a picture")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise InputError(f"{path} is larger than {MAX_FILE_BYTES >> 20} MiB; give a smaller picture")
    data = path.read_bytes()
    header = read_header(data)
    if header and header.width * header.height > MAX_PIXELS:
        size = f"{header.width}x{header.height}"
        raise InputError(f"{path} is {size} pixels, more than {MAX_PIXELS // 10**6} million; scale it down")
    if header and not header.complete:
        raise InputError(f"{path} is truncated: the end of the picture is missing; copy it again")
    return _decode(path, data)


def _decode(path: Path, data: bytes) -> ImageArray:
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise InputError(f"{path} cannot be decoded; it is damaged or too large") from error
    if image is None:
        raise InputError(f"{path} is not a picture that can be read, or it is damaged; PNG and JPEG always work")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def list_images(folder: Path) -> list[Path]:
    """The pictures of a folder, by their suffix, in name order; hidden files are left out.

    Raises:
        InputError: the folder is missing, not a folder, or holds no picture.
    """
    if not folder.is_dir():
        state = "is not a folder" if folder.exists() else "does not exist"
        raise InputError(f"{folder} {state}; give a folder of pictures")
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    found = [folder / name for name in names if not name.startswith(".")]
    if not found:
        raise InputError(f"{folder} holds no pictures ({', '.join(sorted(SUFFIXES))})")
    return found


class StillsCamera:
    """Shows pictures one after another, each a segment of its own.

    ``source`` is a folder (its pictures in name order) or a list of files (in the order given). The stream's time grows
    by ``interval_s`` a picture; with ``realtime`` each is also shown that long, without it they come as fast as read.
    A picture that cannot be read is logged once and left out.

    Raises:
        InputError: the folder is missing or empty, or not one picture can be read.
    """

    def __init__(
        self,
        source: Path | Sequence[Path],
        *,
        loop: bool,
        realtime: bool,
        interval_s: float = 1.0,
        pacer: Pacer | None = None,
    ) -> None:
        self._paths = list_images(source) if isinstance(source, Path) else list(source)
        self.name = f"stills:{source}" if isinstance(source, Path) else f"stills:{len(self._paths)} files"
        self.live = realtime
        self.frame_count = len(self._paths)
        self.duration_s = len(self._paths) * interval_s
        self._loop = loop
        self._interval_ns = round(interval_s * NS_PER_S)
        self._pacer = pacer or Pacer()
        self._lock = threading.Lock()
        self._number = 0
        self._images = self._show()
        self._ahead = chain([next(self._images)], self._images)

    def read(self) -> Frame | None:
        """The next picture; None after the last or after :meth:`close`.

        Raises:
            InputError: a looping folder no longer has a picture that can be read.
        """
        with self._lock:
            image = next(self._ahead, None)
            if image is None:
                return None
            timestamp_ns = self._number * self._interval_ns
            due_ns = self._pacer.wait_until(timestamp_ns) if self.live else time.monotonic_ns()
            if due_ns is None:
                return None
            number, self._number = self._number, self._number + 1
            return Frame(number, image, timestamp_ns, due_ns, segment=number)

    def close(self) -> None:
        """Stop and wake a waiting :meth:`read`; safe to call twice."""
        self._pacer.stop()
        with self._lock:
            self._ahead = chain(())

    def _show(self) -> Iterator[ImageArray]:
        while True:
            unreadable = []
            for path in self._paths:
                try:
                    image = load_image(path)
                except InputError as error:
                    log.warning("left out: %s", error)
                    unreadable.append(path)
                    continue
                yield image
            self._paths = [path for path in self._paths if path not in unreadable]
            if not self._paths:
                raise InputError(f"{self.name}: not one picture can be read; see the warnings above")
            if not self._loop:
                return
