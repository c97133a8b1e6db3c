"""Where ``edge infer --output`` writes."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

from edge.camera.paths import is_folder
from edge.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from edge.cli.inputs import Input


def output_paths(output: Path | None, inputs: Sequence[Input]) -> list[Path | None]:
    """Where each input's annotated copy goes: the file itself, or a file of the input's name in a folder.

    Raises:
        ConfigError: several inputs and one file, a folder that cannot be made, or an output that is an input.
    """
    if output is None:
        return [None] * len(inputs)
    paths = [output] if output.suffix and not is_folder(output) else _paths_in(output, inputs)
    if len(paths) < len(inputs):
        raise ConfigError(f"--output {output}: several inputs need a folder, not one file")
    taken = {one.path.resolve() for one in inputs}
    for path in paths:
        if path.resolve() in taken:
            raise ConfigError(f"--output {output}: {path} is an input; choose another folder")
    return list(paths)


def _paths_in(folder: Path, inputs: Sequence[Input]) -> list[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--output {folder}: the folder cannot be made ({error.strerror})") from error
    return [folder / name for name in _names(inputs)]


def _names(inputs: Sequence[Input]) -> list[str]:
    """One name each, "walk.png" for walk.jpg; where several inputs would have it, "walk.jpg.png", then a number.

    Names that differ in case only are the same: on the file systems of memory cards they are.
    """
    names = [_name(one, one.path.stem) for one in inputs]
    uses = Counter(name.casefold() for name in names)
    taken = {name for name, used in uses.items() if used == 1}
    for number, one in enumerate(inputs):
        if uses[names[number].casefold()] > 1:
            names[number] = next(name for name in _longer_names(one) if name.casefold() not in taken)
            taken.add(names[number].casefold())
    return names


def _longer_names(one: Input) -> Iterator[str]:
    yield _name(one, one.path.name)
    for number in count(2):
        yield _name(one, f"{one.path.name}-{number}")


def _name(one: Input, stem: str) -> str:
    return f"{stem}{'.mp4' if one.is_video else '.png'}"
