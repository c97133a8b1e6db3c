"""What is asked of a picture before anything decodes it: that it is of a kind that is read whole, and not too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.camera import media_type as types
from edge.camera.image_header import image_size
from edge.camera.media_type import Kind
from edge.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from edge.camera.media_type import MediaType

# What a phone of 50 megapixels takes. To decode takes six bytes a pixel and the file, twice for some TIFFs; with
# MAX_FILE_BYTES that stays below 500 MB, but for progressive JPEGs of the largest sizes.
MAX_PIXELS = 51_000_000
MAX_SIDE_PX = 32_766
"""OpenCV turns no longer ones, as models of hands and faces need it."""
# Not every build of OpenCV reads them. Their decoders take five times the memory of the others, however small the file.
OPTIONAL_TYPES = frozenset({types.AVIF, types.JPEG_2000})
_CONVERTERS = {types.HEIF: ", for example with heif-convert of the package libheif-examples"}


def how_to_convert(unreadable: MediaType) -> str:
    """What to do with a picture of a kind that is not read, as the end of a sentence."""
    return "convert it to JPEG first" + _CONVERTERS.get(unreadable, "")


def require_decodable(path: Path, found: MediaType, data: bytes) -> None:
    """Check a picture by its type and its bytes, of which nothing is decoded.

    Raises:
        InputError: it is of a kind that is not read, does not tell its size, or is too large.
    """
    if found.kind is Kind.UNREADABLE_PICTURE:
        raise InputError(f"{path} is a {found.name} picture, which is not read; {how_to_convert(found)}")
    size = image_size(found, data)
    if size is None:
        raise InputError(f"{path} is a {found.name} picture that does not tell its size; it is damaged, copy it again")
    require_size(path, size, MAX_PIXELS // 2 if found in OPTIONAL_TYPES else MAX_PIXELS)


def require_size(path: Path, size: tuple[int, int], limit: int = MAX_PIXELS) -> None:
    """Check width and height.

    Raises:
        InputError: they make more than ``limit`` pixels, or one is too long.
    """
    width, height = size
    if width * height > limit:
        raise InputError(f"{path} is {width}x{height} pixels, more than {limit // 10**6} million; scale it down")
    if max(size) > MAX_SIDE_PX:
        raise InputError(f"{path} is {width}x{height} pixels, a side has more than {MAX_SIDE_PX}; scale it down")
