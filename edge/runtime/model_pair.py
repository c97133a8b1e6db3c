"""A model in its two variants: one for the CPU, and one that Google's compiler has made of it for the EdgeTPU."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TYPE_CHECKING

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

    What a file is, its content says; one beside the given one counts only where it is the other variant. A file that
    is not there, or is no model, is taken for one of the CPU: whoever loads it says what is wrong.
    """
    if is_compiled(path):
        plain = path.with_stem(path.stem.removesuffix(_SUFFIX))
        return ModelPair(plain if plain.is_file() and not is_compiled(plain) else None, path)
    compiled = compiled_path(path)
    return ModelPair(path, compiled if is_compiled(compiled) else None)


def compiled_path(path: Path) -> Path:
    """Where ``edgetpu_compiler`` puts what it makes of the file at ``path``."""
    return path.with_stem(f"{path.stem}{_SUFFIX}")


def is_compiled(path: Path) -> bool:
    """Whether there is a model file at ``path`` that is compiled for the EdgeTPU, and so cannot be run on the CPU."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return content.find(_OPERATION) >= 0
    except (OSError, ValueError):  # ValueError: it is empty, or the path can be none
        return False
