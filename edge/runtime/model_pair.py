"""A model in its two variants: one for the CPU, and one that Google's compiler has made of it for the EdgeTPU."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.runtime.model_file import check_model_file

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIX = "_edgetpu"
"""What ``edgetpu_compiler`` appends to the name of the file that it is given."""
_OPERATION = b"edgetpu-custom-op"
"""The operation that stands for all that runs on the EdgeTPU in a compiled file, by its name there."""


@dataclass(frozen=True, slots=True)
class ModelPair:
    """The files of one model; either may be missing, not both."""

    cpu: Path | None
    edgetpu: Path | None


def pair_of(path: Path) -> ModelPair:
    """The pair of a person's own file: ``x.tflite`` and, beside it, ``x_edgetpu.tflite``; either may be given.

    What a file is, its content says; one beside the given one counts only where it is the other variant.

    Raises:
        ModelError: there is no model at ``path``.
    """
    check_model_file(path)
    if is_compiled(path):
        return ModelPair(_other(path.with_stem(path.stem.removesuffix(_SUFFIX)), path, compiled=False), path)
    return ModelPair(path, _other(path.with_stem(f"{path.stem}{_SUFFIX}"), path, compiled=True))


def is_compiled(path: Path) -> bool:
    """Whether the model file at ``path`` is compiled for the EdgeTPU, and so cannot be run on the CPU.

    Raises:
        OSError: it cannot be read. ValueError: it is empty.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_OPERATION) >= 0


def _other(path: Path, given: Path, *, compiled: bool) -> Path | None:
    """The file at ``path`` where it is another one than ``given`` and the variant that is looked for."""
    try:
        return path if path != given and path.is_file() and is_compiled(path) is compiled else None
    except (OSError, ValueError):
        return None
