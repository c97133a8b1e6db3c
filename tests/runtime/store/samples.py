"""A small catalogue of models that are not real, and the bytes of their files."""

from __future__ import annotations

import hashlib
import io
import resource
import tarfile
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

from edge.runtime.catalog import Catalog, CatalogModel, ModelFile
from edge.runtime.normalization import Normalization
from edge.runtime.store.download import RetryPolicy
from edge.runtime.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

HASTE = RetryPolicy(timeout_s=0.3, attempts=3, pause_s=0.01)


def model_bytes(seed: int = 0, size: int = 200_000) -> bytes:
    """What looks like a TFLite file at first sight."""
    noise = hashlib.shake_256(bytes([seed])).digest(size - 8)
    return b"\x1c\0\0\0TFL3" + noise


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """A disk that is full soon."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def git_blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()


def pinned(url: str, content: bytes, **more: str) -> ModelFile:
    """A file whose size and hash are known."""
    return ModelFile(
        variant="cpu",
        url=url,
        hash="verified",
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        **more,  # type: ignore[arg-type]
    )


def unpinned(url: str, **more: str) -> ModelFile:
    """A file of which nothing is known."""
    return ModelFile(variant="cpu", url=url, hash="none", **more)  # type: ignore[arg-type]


def model(*files: ModelFile, name: str = "toy", labels: str = "") -> CatalogModel:
    return CatalogModel(
        name=name,
        task="pose",
        summary="A toy",
        precision="int8",
        input_px=(8, 8),
        normalization=Normalization((0,), (1,)),
        labels=labels,
        accuracy="",
        license="Apache-2.0",
        card="https://example.com/card",
        files=files,
    )


def store(folder: Path, *models: CatalogModel) -> Store:
    return Store(folder, Catalog({one.name: one for one in models}))


def names(folder: Path) -> set[str]:
    """What a person sees in a folder."""
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")} if folder.exists() else set()


def tar_gz(files: Mapping[str, bytes], form: int = tarfile.DEFAULT_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", format=form) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def bundle(content: bytes) -> bytes:
    """A ``.task`` file: a zip archive of models."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("detector.tflite", content)
    return packed.getvalue()
