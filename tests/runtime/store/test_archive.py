"""Archives, honest and not."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
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


def headed(kind: bytes, size: int, *, claimed: int | None = None) -> bytes:
    """An archive with a header of that kind and size before the model."""
    header = tarfile.TarInfo("header")
    header.type, header.size = kind, size if claimed is None else claimed
    with gzip.open(packed := io.BytesIO(), "wb") as out:
        out.write(header.tobuf(tarfile.GNU_FORMAT) + bytes(size + -size % 512))
        out.write(gzip.decompress(tar_gz({"1.tflite": CONTENT})))
    return packed.getvalue()


KINDS = [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK]


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", KINDS)
def test_a_large_header_before_the_member_is_passed_over_in_pieces(tmp_path: Path, kind: bytes) -> None:
    packed = headed(kind, 50 << 20)
    tracemalloc.start()
    try:
        assert take(tmp_path, packed, limit_bytes=64 << 20) == CONTENT
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_a_header_beyond_the_limit_is_refused(tmp_path: Path, kind: bytes) -> None:
    with pytest.raises(ModelError, match="unpacks to more than 1,048,576 bytes"):
        take(tmp_path, headed(kind, 512, claimed=3 << 30))


def test_a_member_whose_path_is_long_is_taken(tmp_path: Path) -> None:
    assert take(tmp_path, tar_gz({"a" * 90 + "/" + "b" * 90 + "/1.tflite": CONTENT}, tarfile.USTAR_FORMAT)) == CONTENT


@pytest.mark.no_cover
def test_many_members_are_not_kept_in_mind(tmp_path: Path) -> None:
    empty = tarfile.TarInfo("another").tobuf() * 20_000
    packed = gzip.compress(empty + gzip.decompress(tar_gz({"1.tflite": CONTENT})), 1)
    tracemalloc.start()
    try:
        assert take(tmp_path, packed, limit_bytes=64 << 20) == CONTENT
        assert tracemalloc.get_traced_memory()[1] < 6 << 20, "kept, they take more than 8 MiB"
    finally:
        tracemalloc.stop()


def test_links_and_folders_that_claim_a_size_have_no_content(tmp_path: Path) -> None:
    assert take(tmp_path, headed(tarfile.DIRTYPE, 0, claimed=5000)) == CONTENT
