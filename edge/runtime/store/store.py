"""The store itself: which models are there, and the one way in."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from edge.base.folders import service_state, store_folder
from edge.base.regular_file import open_regular, read_at_most
from edge.base.safe_file import opened
from edge.errors import EdgeError, ModelError, ModelMissingError
from edge.runtime.catalog import load_catalog
from edge.runtime.store.incoming import LIMIT_BYTES, move_in, write_file
from edge.runtime.store.verification import looks_like_model, sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.runtime.catalog import Catalog, CatalogModel, ModelFile, Variant

OpenFile: TypeAlias = "tuple[Path, BinaryIO]"
"""A file that is read by its handle; its path may lead to another one as soon as somebody likes."""

_STAGING = ".incoming"
_MOST_PROVENANCE_BYTES = 1 << 16
_INSTALL_AGAIN = "install Edge again"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What was found when a file came in; it stands beside the file as JSON."""

    sha256: str
    size_bytes: int
    origin: str


class Store:
    """A folder of models under their catalogue names, such as ``posenet.tflite`` and ``mobilenet-v2_edgetpu.tflite``.

    Beside each lies its record (``.json``) and, where the model has no labels inside, its label file (``.txt``).
    """

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.folder = folder
        self.catalog = catalog

    def path_of(self, name: str, variant: Variant = "cpu") -> Path:
        """The file of a model, verified by its hash.

        Raises:
            ModelMissingError: it is not in the store.
            ModelError: the catalogue has no such model or variant, or the file is broken. Both sentences name the
                command that gets it.
        """
        model = self.catalog.model(name)
        file = model.file(variant)
        if file is None:
            raise ModelError(f"{name} has no variant for the EdgeTPU")
        path = self.path(model, file)
        if not self.has(model, file):
            if file.bundled:
                raise ModelError(f"{path} is missing, though it comes with Edge; {_INSTALL_AGAIN}")
            raise ModelMissingError(f"not in the model store {self.folder}; get it with: {pull_command(model, file)}")
        problem = self.problem(model, file)
        if problem and file.bundled:
            raise ModelError(f"{path} is broken: {problem}; {_INSTALL_AGAIN}")
        if problem:
            raise ModelError(f"{path} is broken: {problem}; get it again with: {pull_command(model, file)}")
        return path

    def path(self, model: CatalogModel, file: ModelFile) -> Path:
        """Where a file lies, or would lie."""
        return file.bundled_path() or self.folder / model.stored_name(file)

    def has(self, model: CatalogModel, file: ModelFile) -> bool:
        """Whether a file is there; its content is not looked at."""
        return self.path(model, file).is_file()

    def problem(self, model: CatalogModel, file: ModelFile) -> str:
        """What is wrong with a file that is there, found by reading all of it; empty for nothing."""
        try:
            return self._problem(model, file)
        except OSError as error:
            return f"cannot be read ({error.strerror})"
        except EdgeError as error:
            return str(error)

    def _problem(self, model: CatalogModel, file: ModelFile) -> str:
        path = self.path(model, file)
        if file.bundled:
            with open_regular(path) as content:
                return "" if looks_like_model(content) else "not a TFLite model"
        expected = file.sha256 or self.recorded_hash(model, file)
        if not expected:
            return "nothing is recorded to compare it with"
        with _opened(path) as content:
            if content.seek(0, os.SEEK_END) > LIMIT_BYTES:
                return f"has more than {LIMIT_BYTES:,} bytes, too many for a model"
            found = sha256_of(content)
        if found != expected:
            return f"its SHA-256 is {found}, it must be {expected}"
        return _label_problem(model, path)

    def provenance(self, model: CatalogModel, file: ModelFile) -> Provenance | None:
        """What was recorded of a file; None where nothing readable is."""
        try:
            return Provenance(**json.loads(_read(_provenance_path(self.path(model, file)), _MOST_PROVENANCE_BYTES)))
        except (EdgeError, OSError, ValueError, TypeError, RecursionError):
            return None

    def recorded_hash(self, model: CatalogModel, file: ModelFile) -> str:
        """The SHA-256 of the file that came in first; empty where none is recorded."""
        record = self.provenance(model, file)
        return record.sha256 if record else ""

    def install(self, model: CatalogModel, file: ModelFile, verified: OpenFile, record: Provenance) -> Path:
        """Let a verified file of the staging folder appear in the store, last of all it brings; call it while changing.

        Raises:
            OSError: the disk is full or broken.
        """
        temporary, content = verified
        target = self.path(model, file)
        write_file(_provenance_path(target), (json.dumps(asdict(record), indent=2) + "\n").encode(), temporary.parent)
        labels = model.label_file()
        if labels is not None:
            write_file(target.with_suffix(".txt"), labels, temporary.parent)
        move_in(temporary, content, target)
        return target

    def remove(self, model: CatalogModel, file: ModelFile) -> int:
        """Take a file out of the store with all that it brought, the model itself first; call it while changing.

        Returns the bytes that are free now. A file that comes with Edge is not in the store, and stays.

        Raises:
            OSError: it cannot be removed.
        """
        target = self.folder / model.stored_name(file)
        freed_bytes = 0
        for path in (target, _provenance_path(target), target.with_suffix(".txt")):
            with suppress(FileNotFoundError):
                freed_bytes += path.lstat().st_size
                path.unlink()
        return freed_bytes

    @contextmanager
    def changing(self) -> Iterator[Path]:
        """The staging folder, a hidden one for files that are not complete or not yet verified; one process at a time.

        Raises:
            ModelError: another process is at it, or we may not write here.
        """
        staging = self.folder / _STAGING
        try:
            staging.mkdir(parents=True, exist_ok=True)
            handle = os.open(staging, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            remedy = "run the command with sudo" if isinstance(error, PermissionError) else "free the path"
            raise ModelError(f"{self.folder}: the model store cannot be made ({error.strerror}); {remedy}") from error
        try:
            _lock(handle, self.folder)
            yield staging
        except OSError as error:
            is_others = isinstance(error, PermissionError) and self.folder.stat().st_uid != os.geteuid()
            remedy = "; run the command with sudo" if is_others else ""
            raise ModelError(f"{self.folder}: the model store cannot be written ({error.strerror}){remedy}") from error
        finally:
            os.close(handle)


def open_store() -> Store:
    """The store of this machine with the catalogue of this version."""
    return Store(store_folder(), load_catalog())


def change_command(words: str) -> str:
    """What a person types to change the store; as root where it is the service's."""
    return f"{'sudo ' if service_state() else ''}edge models {words}"


def pull_command(model: CatalogModel, file: ModelFile) -> str:
    """What a person types to get a file."""
    return change_command(f"pull {model.name}{' --edgetpu' if file.variant == 'edgetpu' else ''}")


def _provenance_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ModelError(f"{folder}: another `edge models` is changing the store; wait until it has ended") from None


def _label_problem(model: CatalogModel, path: Path) -> str:
    labels = model.label_file()
    beside = path.with_suffix(".txt")
    with suppress(FileNotFoundError):
        if labels is None or _read(beside, 2 * len(labels)) == labels:
            return ""
    return f"its label file {beside.name} is missing or not the one of the catalogue"


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """A file of the store, as :func:`opened` finds it: root, who verifies a store, may read what its owner may not.

    Raises:
        OSError: it cannot be opened, or is no regular file. EdgeError: a link leads there that is not to be trusted.
    """
    with opened(path) as safe_file, open_regular(path, safe_file.opener) as content:
        yield content


def _read(path: Path, most_bytes: int) -> bytes:
    """All of a small file of the store; raises what :func:`_opened` does, and ``OSError`` where it has more bytes."""
    with opened(path) as safe_file:
        return read_at_most(path, most_bytes, safe_file.opener)
