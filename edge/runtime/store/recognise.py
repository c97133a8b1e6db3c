"""Finding models of the catalogue among files of any name."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from edge.base.regular_file import open_regular
from edge.base.safe_file import opened
from edge.errors import ModelError
from edge.runtime.bundle import file_of
from edge.runtime.store.foreign_files import is_folder, open_source, reading, walk
from edge.runtime.store.incoming import LIMIT_BYTES
from edge.runtime.store.pull import copy_in
from edge.runtime.store.verification import git_blob_of, looks_like_model, sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import TypeAlias

    from edge.base.safe_file import SafeFile
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
    with store.changing() as staging:
        for path in given:
            unread: list[ModelError] = []
            with opened(path) as safe_file:
                for file in _files(safe_file, unread.append):
                    yield _import(store, file, staging)
            yield from (Imported(path, problem=str(error)) for error in unread)


def _import(store: Store, safe_file: SafeFile, staging: Path) -> Imported:
    path = safe_file.path
    try:
        with open_source(safe_file) as content:
            found = recognise(store.catalog, path, content)
            if found is None:
                return Imported(path)
            model, file = found
            is_new = not store.has(model, file) or bool(store.problem(model, file))
            if is_new:
                copy_in(store, model, file, (path, content), staging)
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


def recognise(catalog: Catalog, path: Path, content: BinaryIO) -> Candidate | None:
    """The model a file is, by its bytes; by the name it has in a store only where no hash is known.

    Models that come with Edge are none: they have no place in a store.

    Raises:
        ModelError: it cannot be read.
    """
    with reading(path):
        likely = _likely(catalog, content)
        return _by_bytes(likely, content) or _by_name(likely, path.name, content)


def identify(store: Store, path: Path) -> CatalogModel | None:
    """The model of the catalogue that a file is: by its place where that is one of the store's, else by its bytes.

    A member of a bundle is the model that the bundle is.

    Raises:
        ModelError: it cannot be read.
    """
    path = file_of(path)
    for model, file in store.catalog.files():
        if store.path(model, file) == path:
            return model
    with reading(path), open_regular(path) as content:
        found = _by_bytes(_likely(store.catalog, content), content)
        return found[0] if found else None


def _likely(catalog: Catalog, content: BinaryIO) -> list[Candidate]:
    """What a file of this size may be."""
    size_bytes = content.seek(0, os.SEEK_END)
    if size_bytes > LIMIT_BYTES:
        return []
    return [(m, f) for m, f in catalog.files() if f.size_bytes in {0, size_bytes} and not f.bundled]


def _by_bytes(likely: list[Candidate], content: BinaryIO) -> Candidate | None:
    if not any(file.is_pinned for _, file in likely) or not looks_like_model(content):
        return None
    sha256, git_blob = sha256_of(content), git_blob_of(content)
    for model, file in likely:
        if file.sha256 == sha256 or (not file.sha256 and file.git_blob and git_blob.startswith(file.git_blob)):
            return model, file
    return None


def _by_name(likely: list[Candidate], name: str, content: BinaryIO) -> Candidate | None:
    for model, file in likely:
        if not file.is_pinned and name == model.stored_name(file) and looks_like_model(content):
            return model, file
    return None


def _files(safe_file: SafeFile, unread: Callable[[ModelError], None]) -> Iterator[SafeFile]:
    """The place itself, or what lies in the folder it is; pipes, sockets and devices there are nobody's models."""
    if is_folder(safe_file):
        yield from (found for found in walk(safe_file, unread) if not _is_special(found.path))
    else:
        yield safe_file


def _is_special(path: Path) -> bool:
    """Whether it can be looked at and is no file; a link to a folder is none either."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False
