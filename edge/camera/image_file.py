"""The one way a picture file is read."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from edge.camera import media_type as types
from edge.camera.bitmap import mend_bmp
from edge.camera.clip import Clip
from edge.camera.gif import count_pictures
from edge.camera.image_limits import OPTIONAL_TYPES, require_decodable
from edge.camera.image_repair import exif_of_webp, mend_jpeg_2000, mend_png, mend_webp
from edge.camera.jpeg import decode_jpeg, read_layout
from edge.camera.media_type import Kind, media_type
from edge.camera.orientation import orientation_by_exif, oriented
from edge.camera.paths import require_file
from edge.camera.tiff import exif_orientation
from edge.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.camera.media_type import MediaType
    from edge.types import ImageArray

MAX_FILE_BYTES = 100 * 1024 * 1024
_MENDERS: dict[MediaType, Callable[[bytes], bytes | None]] = {
    types.PNG: mend_png,
    types.BMP: mend_bmp,
    types.JPEG_2000: mend_jpeg_2000,
}
_SWAPPED_AT_ONCE_BYTES = 1 << 20

# What is wrong with a picture is told in a sentence of ours. OpenCV 4.6 has the first of these, 5 the second.
_set_log_level: Any = getattr(cv2, "setLogLevel", None) or getattr(
    getattr(cv2.utils, "logging", None), "setLogLevel", None
)
if _set_log_level:
    _set_log_level(0)


def load_image(path: Path) -> ImageArray:
    """Read a picture: ``(height, width, 3) uint8`` RGB, turned upright by its EXIF orientation.

    What it is, its content says, not its name. Grey becomes RGB, alpha is dropped, 16 bit are reduced to 8, of an
    animation the first picture is taken. It is read if its pixels are all there, whatever is wrong behind them.

    Raises:
        InputError: it is missing, a folder, empty, truncated, too large, or not a picture that can be read.
    """
    require_file(path, "a picture")
    data = _read(path)
    found = media_type(data[: types.HEAD_BYTES])
    if found is None or found.kind is Kind.VIDEO:
        what = "a video" if found else "not a picture that can be read, or it is damaged"
        raise InputError(f"{path} is {what}; PNG and JPEG always work")
    require_decodable(path, found, data)
    try:
        image = _first_of_gif(path, data) if found is types.GIF else _decode(found, data)
    except (cv2.error, MemoryError) as error:
        raise InputError(f"{path} cannot be decoded; it is damaged or too large") from error
    if image is None:
        here = " or cannot be read on this machine" if found in OPTIONAL_TYPES else " or of a rare kind"
        raise InputError(f"{path} is truncated, damaged{here}; copy it again, or save it anew as PNG or JPEG")
    return image


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size <= MAX_FILE_BYTES:
            return path.read_bytes()
    except OSError as error:  # of a card that fails, say
        raise InputError(f"{path} cannot be read ({error.strerror}); copy it again") from error
    raise InputError(f"{path} is larger than {MAX_FILE_BYTES >> 20} MiB; give a smaller picture")


def is_animated(path: Path, found: MediaType | None) -> bool:
    """Whether a file of that type is a GIF or PNG of several pictures, which is a video; False if it cannot be read."""
    if found not in {types.GIF, types.PNG}:
        return False
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return count_pictures(data) > 1 if found is types.GIF else _is_animated_png(data)
    except (OSError, ValueError):
        return False


def _is_animated_png(data: mmap.mmap) -> bool:
    """Whether the chunk that counts the pictures stands before the first one, and counts several."""
    at = data.find(b"acTL", 0, max(0, data.find(b"IDAT")))
    return at > 0 and int.from_bytes(data[at + 4 : at + 8], "big") > 1


def _first_of_gif(path: Path, data: bytes) -> ImageArray | None:
    """By FFmpeg, as OpenCV reads no GIF before 4.11."""
    if not count_pictures(data, at_most=1):
        return None
    clip = Clip(path, quiet=True)
    try:
        return next((image for image, _ in clip.frames()), None)
    finally:
        clip.close()


def _decode(found: MediaType, data: bytes) -> ImageArray | None:
    if found is types.JPEG:
        image = decode_jpeg(data, read_layout(data), cv2.IMREAD_COLOR)
    elif found is types.WEBP:
        image = _decode_webp(mend_webp(data))
    else:
        mend = _MENDERS.get(found)
        whole = mend(data) if mend else data
        image = None if whole is None else _decode_by_opencv(whole)
    return None if image is None else _to_rgb(image)


def _decode_webp(data: bytes) -> ImageArray | None:
    """Laid upright here, as OpenCV 4.6 does not look into the EXIF of these."""
    image = _decode_by_opencv(data, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if image is None else oriented(image, orientation_by_exif(exif_orientation(exif_of_webp(data))))


def _decode_by_opencv(data: bytes, flags: int = cv2.IMREAD_COLOR) -> ImageArray | None:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    return None if image is None else np.asarray(image, np.uint8)


def _to_rgb(image: ImageArray) -> ImageArray:
    """From BGR in place, a strip at a time: a large picture must not be in memory twice."""
    rows = max(1, _SWAPPED_AT_ONCE_BYTES // image[0].nbytes)
    for at in range(0, len(image), rows):
        strip = image[at : at + rows]
        strip[:] = cv2.cvtColor(strip, cv2.COLOR_BGR2RGB)
    return image
