"""Archives, honest and not."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.store.archive import take_out
from tests.runtime.store.samples import model_bytes, tar_gz

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = model_bytes()


def take(folder: Path, packed: bytes, limit_bytes: int = 1 << 20) -> bytes:
    archive, target = folder / "a.tar.gz", folder / "1.tflite"
    archive.write_bytes(packed)
    with archive.open("rb") as packed_file, target.open("wb") as out:
        take_out(packed_file, "1.tflite", out, source="https://example.com/a", limit_bytes=limit_bytes)
    return target.read_bytes()


@pytest.mark.parametrize("name", ["1.tflite", "./1.tflite", "deep/er/1.tflite", "../../1.tflite", "/etc/1.tflite"])
def test_the_member_is_taken_whatever_its_folder(tmp_path: Path, name: str) -> None:
    assert take(tmp_path, tar_gz({"README": b"hello", name: CONTENT})) == CONTENT
    assert {path.name for path in tmp_path.rglob("*")} == {"a.tar.gz", "1.tflite"}


def test_a_link_is_not_the_member(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        link = tarfile.TarInfo("1.tflite")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)

    with pytest.raises(ModelError, match=r"the archive holds no file 1\.tflite"):
        take(tmp_path, packed.getvalue())


@pytest.mark.parametrize("files", [{"1.tflite": CONTENT}, {"filler": CONTENT, "1.tflite": b""}])
def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(ModelError, match="unpacks to more than 1,000 bytes"):
        take(tmp_path, tar_gz(files), limit_bytes=1000)


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"<html>not here</html>",
        tar_gz({"1.tflite": CONTENT})[:-5000],
        tar_gz({"1.tflite": CONTENT})[:50],
        tar_gz({"1.tflite": CONTENT})[:5000] + b"?" * 5000,
    ],
    ids=["empty", "a page", "its end is missing", "its beginning alone", "rubbish in it"],
)
def test_a_damaged_archive_is_named(tmp_path: Path, packed: bytes) -> None:
    with pytest.raises(ModelError, match=r"https://example.com/a: not a complete tar.gz archive"):
        take(tmp_path, packed)


def test_a_full_disk_is_not_blamed_on_the_archive(tmp_path: Path) -> None:
    (tmp_path / "1.tflite").symlink_to("/dev/full")

    with pytest.raises(OSError, match="No space left on device"):
        take(tmp_path, tar_gz({"1.tflite": CONTENT}))
