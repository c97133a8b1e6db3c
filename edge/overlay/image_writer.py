"""Writing a picture."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import cv2

from edge.base.atomic_file import replacing
from edge.base.safe_file import in_folder
from edge.errors import ConfigError, EdgeError

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import ImageArray

SUFFIXES = (".png", ".jpg", ".jpeg")
JPEG_QUALITY = 92


def save_image(path: Path, image: ImageArray) -> None:
    """Write ``(height, width, 3) uint8`` RGB as PNG or JPEG, by the suffix; nobody ever sees half a file.

    Raises:
        ConfigError: the suffix is neither.
        EdgeError: the folder is missing, full or may not be written.
    """
    suffix = suffix_of(path)
    options = [] if suffix == ".png" else [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    is_encoded, data = cv2.imencode(suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    if not is_encoded:
        raise EdgeError(
            f"{path} cannot be written: {image.shape[1]}x{image.shape[0]} is too large; end the name in .png"
        )
    try:
        with in_folder(path) as target:
            # Several commands may write one picture at a time, each under a name of its own.
            unfinished = target.beside(f".{path.name}.{secrets.token_hex(4)}")
            with replacing(target, unfinished=unfinished) as file:
                file.write(data.tobytes())
    except OSError as error:
        raise EdgeError(f"{path} cannot be written: {error.strerror}; check the folder and its permissions") from error


def suffix_of(path: Path) -> str:
    """The suffix of a picture that can be written, in lower case.

    Raises:
        ConfigError: it is neither that of PNG nor of JPEG.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ConfigError(f"{path}: pictures are written as PNG or JPEG; end the name in {' or '.join(SUFFIXES[:2])}")
    return suffix
