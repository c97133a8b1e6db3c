"""Pictures as a camera."""

from __future__ import annotations

import logging
import threading
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from edge.camera.image_file import load_image
from edge.camera.image_folder import read_folder
from edge.camera.pace import Pacer
from edge.errors import InputError
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.types import ImageArray

log = logging.getLogger(__name__)


class StillsCamera:
    """Shows pictures one after another, each a segment of its own.

    ``source`` is a folder (its pictures in name order) or a list of files (in the order given). The stream's time grows
    by ``interval_s`` a picture; with ``realtime`` each is also shown that long, without it they come as fast as read.
    A picture that cannot be read is logged once and left out; what else a folder holds is logged in one line.

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
        self._paths = _pictures_of(source) if isinstance(source, Path) else list(source)
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


def _pictures_of(folder: Path) -> list[Path]:
    found = read_folder(folder)
    if found.left_out:
        log.warning("%s: %s", folder, found.left_out)
    return list(found.images)
