"""Finding models of the catalogue among files of any name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.store.download import LIMIT_BYTES
from edge.runtime.store.proof import git_blob_of, looks_like_model, sha256_of
from edge.runtime.store.pull import copy_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from edge.runtime.catalog import Catalog, CatalogModel, ModelFile
    from edge.runtime.store.store import Store


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that was looked at: the model it is, None for none of the catalogue, and whether the store lacked it."""

    path: Path
    model: CatalogModel | None
    file: ModelFile | None
    is_new: bool


def import_files(store: Store, paths: Iterable[Path]) -> Iterator[Imported]:
    """Copy every model of the catalogue found among files and in folders into the store; yields each file looked at.

    Raises:
        ModelError: a path is not there, or the store cannot be written.
    """
    given = list(paths)
    for path in given:
        if not path.exists():
            raise ModelError(f"{path}: no such file or folder; nothing was imported")
    with store.changing() as workshop:
        for path in _files(given):
            found = recognise(store.catalog, path)
            if found is None:
                yield Imported(path, None, None, is_new=False)
                continue
            model, file = found
            is_new = not store.has(model, file) or bool(store.problem(model, file))
            if is_new:
                copy_in(store, model, file, path, workshop)
            yield Imported(path, model, file, is_new)


def recognise(catalog: Catalog, path: Path) -> tuple[CatalogModel, ModelFile] | None:
    """The model a file is, by its bytes; by the name it has in a store only where no hash is known.

    Models that come with Edge are none: they have no place in a store.

    Raises:
        ModelError: it cannot be read.
    """
    try:
        size_bytes = path.stat().st_size
        if size_bytes > LIMIT_BYTES:
            return None
        likely = [(m, f) for m, f in catalog.files() if f.size_bytes in {0, size_bytes} and not f.bundled]
        return _by_bytes(likely, path) or _by_name(likely, path)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error


def _by_bytes(likely: list[tuple[CatalogModel, ModelFile]], path: Path) -> tuple[CatalogModel, ModelFile] | None:
    if not any(file.is_pinned for _, file in likely) or not looks_like_model(path):
        return None
    sha256, git_blob = sha256_of(path), git_blob_of(path)
    for model, file in likely:
        if file.sha256 == sha256 or (not file.sha256 and file.git_blob and git_blob.startswith(file.git_blob)):
            return model, file
    return None


def _by_name(likely: list[tuple[CatalogModel, ModelFile]], path: Path) -> tuple[CatalogModel, ModelFile] | None:
    for model, file in likely:
        if not file.is_pinned and path.name == model.stored_name(file) and looks_like_model(path):
            return model, file
    return None


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.is_file())
        else:
            yield path
