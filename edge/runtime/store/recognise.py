"""Finding models of the catalogue among files of any name."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.store.download import LIMIT_BYTES
from edge.runtime.store.proof import git_blob_of, looks_like_model, sha256_of
from edge.runtime.store.pull import copy_in
from edge.runtime.store.source import check_file, reading, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import TypeAlias

    from edge.runtime.catalog import Catalog, CatalogModel, ModelFile
    from edge.runtime.store.store import Store

    Candidate: TypeAlias = tuple[CatalogModel, ModelFile]


@dataclass(frozen=True, slots=True)
class Imported:
    """A file that was looked at: the model it is, None for none of the catalogue, and whether the store lacked it.

    ``problem`` is a sentence on why it could not be looked at, or not be taken; empty where it could.
    """

    path: Path
    model: CatalogModel | None = None
    file: ModelFile | None = None
    is_new: bool = False
    problem: str = ""


def import_files(store: Store, paths: Iterable[Path]) -> Iterator[Imported]:
    """Copy every model of the catalogue found among files and in folders into the store; yields each file looked at.

    One that cannot be read, or a folder, is named and the others are done.

    Raises:
        ModelError: a path is not there, or the store cannot be written.
    """
    given = list(paths)
    for path in given:
        _check_given(path)
    with store.changing() as workshop:
        for path in given:
            unread: list[ModelError] = []
            for file in _files(path, unread.append):
                yield _import(store, file, workshop)
            yield from (Imported(path, problem=str(error)) for error in unread)


def _import(store: Store, path: Path, workshop: Path) -> Imported:
    try:
        found = recognise(store.catalog, path)
        if found is None:
            return Imported(path)
        model, file = found
        is_new = not store.has(model, file) or bool(store.problem(model, file))
        if is_new:
            copy_in(store, model, file, path, workshop)
    except ModelError as error:
        return Imported(path, problem=str(error))
    return Imported(path, model, file, is_new)


def _check_given(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        raise ModelError(f"{path}: no such file or folder; nothing was imported") from None
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); nothing was imported") from error


def recognise(catalog: Catalog, path: Path) -> Candidate | None:
    """The model a file is, by its bytes; by the name it has in a store only where no hash is known.

    Models that come with Edge are none: they have no place in a store.

    Raises:
        ModelError: it cannot be read, or is no file.
    """
    check_file(path)
    with reading(path):
        likely = _likely(catalog, path)
        return _by_bytes(likely, path) or _by_name(likely, path)


def identify(store: Store, path: Path) -> CatalogModel | None:
    """The model of the catalogue that a file is: by its place where that is one of the store's, else by its bytes.

    Raises:
        ModelError: it cannot be read.
    """
    for model, file in store.catalog.files():
        if store.path(model, file) == path:
            return model
    with reading(path):
        found = _by_bytes(_likely(store.catalog, path), path)
        return found[0] if found else None


def _likely(catalog: Catalog, path: Path) -> list[Candidate]:
    """What a file of this size may be."""
    size_bytes = path.stat().st_size
    if size_bytes > LIMIT_BYTES:
        return []
    return [(m, f) for m, f in catalog.files() if f.size_bytes in {0, size_bytes} and not f.bundled]


def _by_bytes(likely: list[Candidate], path: Path) -> Candidate | None:
    if not any(file.is_pinned for _, file in likely) or not looks_like_model(path):
        return None
    sha256, git_blob = sha256_of(path), git_blob_of(path)
    for model, file in likely:
        if file.sha256 == sha256 or (not file.sha256 and file.git_blob and git_blob.startswith(file.git_blob)):
            return model, file
    return None


def _by_name(likely: list[Candidate], path: Path) -> Candidate | None:
    for model, file in likely:
        if not file.is_pinned and path.name == model.stored_name(file) and looks_like_model(path):
            return model, file
    return None


def _files(path: Path, unread: Callable[[ModelError], None]) -> Iterator[Path]:
    """The path itself, or what lies in the folder it is; pipes, sockets and devices are nobody's models."""
    if path.is_dir():
        yield from (found for found, is_folder in walk(path, unread) if not (is_folder or _is_special(found)))
    else:
        yield path


def _is_special(path: Path) -> bool:
    """Whether it can be looked at and is no file; a link to a folder is none either."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
