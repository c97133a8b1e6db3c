"""A camera in the network: RTSP, MJPEG or films over HTTP, MPEG-TS over UDP or TCP; anything FFmpeg reads."""

from __future__ import annotations

import gc
import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from edge.base.secret import Secret
from edge.base.url import masked_url, read_url
from edge.camera.handover import Handover
from edge.camera.network_stream import CHECK, NetworkStream, Picture, Timeouts
from edge.camera.pace import Pacer
from edge.errors import CameraError, ConfigError
from edge.types import Frame

if TYPE_CHECKING:
    from edge.base.url import Url
    from edge.camera.settings import CameraSettings

GRACE_S = 5.0
"""An address that is looked up in vain takes longer than FFmpeg is told to take."""
LOOK_S = 0.5
"""How often it is looked whether the thread that reads still lives up to its word; what close() waits for it."""

_log = logging.getLogger(__name__)


class FilmStart(NamedTuple):
    """Segment and media time with which a film begins, or begins again."""

    segment: int
    timestamp_ns: int


class NetworkCamera:
    """Reads a stream in a thread of its own, which is never behind; :meth:`read` hands out the newest picture.

    Opening begins in the constructor and goes on while :meth:`read` waits. A live stream that ends was lost; a film
    that ends (over HTTP, with a length) is over, or begins again with ``camera.loop``. Pictures that nobody has read
    in time are counted in ``dropped``.

    ``timestamp_ns`` of a live stream's frame is when it was sent, by the stream's own clock, on the monotonic one; of a
    film its media time.
    """

    live = True

    def __init__(self, settings: CameraSettings, timeouts: Timeouts = Timeouts()) -> None:  # noqa: B008  # immutable
        self.name = masked_url(settings.source)
        self._settings = settings
        self._timeouts = timeouts
        self._handover: Handover[Picture] = Handover()
        self._pacer = Pacer()
        self._stream: NetworkStream | None = None
        self._number = 0
        self._closed = threading.Event()
        self._opened_s = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="network camera", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Pictures that a newer one replaced before anybody read them."""
        return self._handover.dropped

    def read(self) -> Frame | None:
        """Wait for the next picture; None after the end of a film or :meth:`close`.

        Raises:
            CameraError: it cannot be opened, was lost, or has delivered nothing for some time.
        """
        while True:
            try:
                picture = self._handover.take(LOOK_S)
            except TimeoutError:
                self._check_thread()
                continue
            if picture is None:
                return None
            if (frame := self._frame(picture)) is not None:
                return frame

    def close(self) -> None:
        """Wake a waiting :meth:`read` and end the connection; safe to call twice.

        A connection on which nothing comes ends by itself, within the time after which it counts as stalled.
        """
        self._closed.set()
        self._pacer.stop()
        self._handover.close()
        self._thread.join(LOOK_S)
        stream, self._stream = self._stream, None
        if stream is not None:
            # PyAV's containers and streams hold each other, and decoders keep many pictures.
            del stream
            gc.collect()

    def _frame(self, picture: Picture) -> Frame | None:
        stream = self._stream
        image = stream.image_of(picture) if stream else None
        if image is None:
            return None
        number, self._number = self._number, self._number + 1
        return Frame(number, image, picture.timestamp_ns, picture.captured_ns, picture.segment)

    def _check_thread(self) -> None:
        """Not every call of a library ends when it should."""
        stream = self._stream
        due_s = self._opened_s + self._timeouts.open_s if stream is None else stream.due_s
        if time.monotonic() > due_s + GRACE_S:
            raise CameraError(f"{self.name} does not answer; {CHECK}")

    def _run(self) -> None:
        """Read to the end, and tell what ended it."""
        try:
            url = _with_password(self._settings)
            begin = FilmStart(0, 0)
            while not self._closed.is_set():
                begin = self._play(url, begin)
                if not self._settings.loop:
                    break
        except CameraError as error:
            self._handover.end(str(error))
        except Exception as error:  # noqa: BLE001  # what a library raises may hold the address
            _log.debug("%s: %s", self.name, type(error).__name__)
            self._handover.end(f"{self.name} cannot be read ({type(error).__name__}); update PyAV")
        else:
            self._handover.end()

    def _play(self, url: Url, begin: FilmStart) -> FilmStart:
        """Hand over all pictures of one connection; where the next one begins."""
        segment = begin.segment
        stream = NetworkStream(url, self._pacer, self._timeouts)
        self._stream = stream
        try:
            for picture in stream.pictures():
                if self._closed.is_set():
                    break
                segment = begin.segment + picture.segment
                self._handover.put(
                    picture._replace(segment=segment, timestamp_ns=begin.timestamp_ns + picture.timestamp_ns)
                )
        finally:
            stream.close()
        return FilmStart(segment + 1, begin.timestamp_ns + stream.end_ns)


def _with_password(settings: CameraSettings) -> Url:
    """The address with the password from its file, as that is now.

    Raises:
        CameraError: the file cannot be read.
    """
    url = read_url(settings.source)
    if not settings.password_file:
        return url
    try:
        password = Secret("camera.password_file", Path(settings.password_file), is_setting=True).read()
    except ConfigError as error:
        raise CameraError(str(error)) from None
    return url._replace(password=password)
