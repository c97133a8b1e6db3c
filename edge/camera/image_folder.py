"""The pictures of a folder, and what else is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.camera.image_limits import how_to_convert
from edge.camera.media_type import Kind, media_type_of
from edge.camera.paths import is_folder, require_there
from edge.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

# A file of such a name in which no picture can be recognised is a damaged one.
SUFFIXES = frozenset(
    {".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)
_NAMED = 3


@dataclass(frozen=True, slots=True)
class ImageFolder:
    """The pictures in name order; ``left_out`` says in a sentence what else is there, "" if nothing.

    ``has_unreadable`` tells whether that are pictures, too.
    """

    images: tuple[Path, ...]
    left_out: str
    has_unreadable: bool


def read_folder(folder: Path) -> ImageFolder:
    """Look at the first bytes of each file; hidden ones are left out without a word.

    Raises:
        InputError: the folder is missing, not a folder, may not be read, or holds no picture.
    """
    require_there(folder, "a folder of pictures")
    if not is_folder(folder):
        raise InputError(f"{folder} is not a folder; give a folder of pictures")
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise InputError(f"{folder} cannot be read ({error.strerror}); check its permissions") from error
    images, others, has_unreadable = [], dict[str, list[str]](), False
    for path in paths:
        reason, is_unreadable = _why_not(path)
        if reason:
            others.setdefault(reason, []).append(path.name)
            has_unreadable |= is_unreadable
        else:
            images.append(path)
    left_out = _sentence(others)
    if not images:
        raise InputError(f"{folder} holds no pictures that can be read{f'; {left_out}' if left_out else ''}")
    return ImageFolder(tuple(images), left_out, has_unreadable)


def _why_not(path: Path) -> tuple[str, bool]:
    """Why a file is not among the pictures, "" if it is; and whether it is a picture all the same."""
    if is_folder(path):
        return "a folder; name it itself", False
    found = media_type_of(path)
    if found is None:
        return ("", False) if path.suffix.lower() in SUFFIXES else ("no picture", False)
    if found.kind is Kind.UNREADABLE_PICTURE:
        return f"{found.name} is not read; {how_to_convert(found)}", True
    return ("a video; name it itself", False) if found.kind is Kind.VIDEO else ("", False)


def _sentence(others: dict[str, list[str]]) -> str:
    count = sum(map(len, others.values()))
    return (
        f"{count} left out: " + "; ".join(f"{_names(names)} ({why})" for why, names in others.items()) if count else ""
    )


def _names(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
