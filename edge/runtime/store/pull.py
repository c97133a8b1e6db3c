"""From the catalogue into the store: fetch, unpack, verify, and only then let it appear."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from edge.base.regular_file import open_regular
from edge.base.safe_file import opened
from edge.errors import ModelError
from edge.runtime.store.archive import take_out
from edge.runtime.store.download import Downloader, NotThereError, RemoteFile, discard
from edge.runtime.store.foreign_files import copy_bytes, open_source, reading, walk
from edge.runtime.store.incoming import LIMIT_BYTES, follow_no_link, new_file
from edge.runtime.store.store import Provenance
from edge.runtime.store.verification import verify

if TYPE_CHECKING:
    from edge.runtime.catalog import CatalogModel, ModelFile
    from edge.runtime.store.download import Progress
    from edge.runtime.store.store import OpenFile, Store

_ROOM_BYTES = 8 << 20
"""What stays free on the disk at least."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Pulled:
    """Where a file lies, and whether it had to be fetched."""

    path: Path
    is_new: bool


class Puller:
    """Brings files of the catalogue into a store, from their publisher or from a mirror.

    A mirror is a folder or the address of one that holds plain model files (no archives), under the names they have in
    a store or those of the publisher; a copy of another machine's store is one.
    """

    def __init__(self, store: Store, downloader: Downloader, mirror: str = "") -> None:
        self._store = store
        self._downloader = downloader
        self._mirror = mirror

    def pull(self, model: CatalogModel, file: ModelFile, progress: Progress) -> Pulled:
        """Make sure that a file is in the store and sound; what comes with Edge is not fetched.

        Raises:
            ModelError: it cannot be had; the store is as it was.
        """
        if file.bundled:
            return Pulled(self._store.path_of(model.name, file.variant), is_new=False)
        if self._store.has(model, file) and not self._store.problem(model, file):
            return Pulled(self._store.path(model, file), is_new=False)
        with self._store.changing() as staging:
            _check_room(staging, file.size_bytes)
            if not self._mirror:
                return self._fetch(model, file, staging, progress)
            if "://" in self._mirror:
                return self._fetch_mirrored(model, file, staging, progress)
            return self._copy(model, file, staging)

    def _fetch(self, model: CatalogModel, file: ModelFile, staging: Path, progress: Progress) -> Pulled:
        if not file.archive:
            return self._fetch_plain(model, file, file.url, staging, progress)
        part = staging / f"{model.stored_name(file)}.{file.archive}"
        self._downloader.fetch(RemoteFile(file.url), part, progress)
        unpacked = staging / model.stored_name(file)
        try:
            with open_regular(part, follow_no_link) as packed, new_file(unpacked) as content:
                take_out(packed, file.member, content, source=file.url, limit_bytes=LIMIT_BYTES)
                return _install(self._store, model, file, (unpacked, content), file.url)
        finally:
            unpacked.unlink(missing_ok=True)
            discard(part)

    def _fetch_plain(self, model: CatalogModel, file: ModelFile, url: str, staging: Path, progress: Progress) -> Pulled:
        part = staging / f"{model.stored_name(file)}.part"
        self._downloader.fetch(RemoteFile(url, file.size_bytes, file.is_pinned), part, progress)
        try:
            with open_regular(part, follow_no_link) as content:
                return _install(self._store, model, file, (part, content), url)
        finally:
            discard(part)

    def _fetch_mirrored(self, model: CatalogModel, file: ModelFile, staging: Path, progress: Progress) -> Pulled:
        names = _mirrored_names(model, file)
        for name in names:
            try:
                return self._fetch_plain(model, file, f"{self._mirror.rstrip('/')}/{quote(name)}", staging, progress)
            except NotThereError:
                continue
        raise ModelError(f"{self._mirror}: the mirror has no {' and no '.join(names)}")

    def _copy(self, model: CatalogModel, file: ModelFile, staging: Path) -> Pulled:
        folder = Path(os.path.expanduser(self._mirror))  # noqa: PTH111  # that of pathlib raises for an unknown user
        with reading(folder):
            if not folder.is_dir():
                raise ModelError(f"{folder}: no such folder; --mirror takes a folder or an https address")
        names, wrong, unread = _mirrored_names(model, file), None, list[ModelError]()
        with opened(folder) as safe_file:
            for found in walk(safe_file, unread.append):
                if found.name not in names:
                    continue
                try:
                    with open_source(found) as content:
                        return copy_in(self._store, model, file, (found.path, content), staging)
                except ModelError as error:
                    wrong = error
        missing = f"{folder}: the mirror has no {' and no '.join(names)}"
        raise wrong or ModelError("; ".join([missing, *map(str, unread[:_SHOWN])]))


def copy_in(store: Store, model: CatalogModel, file: ModelFile, source: OpenFile, staging: Path) -> Pulled:
    """Copy a file from elsewhere on this machine into the store.

    Raises:
        ModelError: it cannot be read, or is not the file it should be. OSError: the store cannot be written.
    """
    path, content = source
    copied = staging / model.stored_name(file)
    try:
        with new_file(copied) as copy:
            copy_bytes(content, path, copy, LIMIT_BYTES)
            return _install(store, model, file, (copied, copy), str(path))
    finally:
        copied.unlink(missing_ok=True)


def _install(store: Store, model: CatalogModel, file: ModelFile, fetched: OpenFile, source: str) -> Pulled:
    _, content = fetched
    sha256 = verify(file, content, source, store.recorded_hash(model, file))
    record = Provenance(sha256, content.seek(0, os.SEEK_END), source)
    return Pulled(store.install(model, file, fetched, record), is_new=True)


def _mirrored_names(model: CatalogModel, file: ModelFile) -> list[str]:
    """The publisher's name counts only where the hash tells apart what publishers call 1.tflite."""
    names = [model.stored_name(file), *([file.published_name] if file.is_pinned else [])]
    return list(dict.fromkeys(names))


def _check_room(folder: Path, size_bytes: int) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < size_bytes + _ROOM_BYTES:
        raise ModelError(
            f"{folder}: {free_bytes:,} bytes are free, the model needs {size_bytes:,} and some room; free some space"
        )
