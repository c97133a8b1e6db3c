from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.camera.media_type import Kind, media_type, media_type_of
from tests.camera import odd_pictures as odd
from tests.camera.support import numbered, write_video

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (odd.heic(), "HEIF"),
        (odd.heic(b"heix"), "HEIF"),
        (odd.heic(b"mif1", b"mif1", b"heic"), "HEIF"),
        (odd.heic(b"msf1", b"hevc"), "HEIF"),
        (odd.heic(b"mif1", b"avif", b"miaf"), "AVIF"),
        (odd.heic(b"avis", b"msf1"), "AVIF"),
        (odd.heic(b"isom", b"avc1"), "video"),
        (odd.heic(b"qt  "), "video"),
        (odd.heic(b"crx ", b"isom"), "camera raw"),
        (b"II*\0\x10\0\0\0CR\x02\0", "camera raw"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"BM" + bytes(12) + b"\x0c\0\0\0", "BMP"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (b"RIFF\0\0\0\0AVI LIST", "video"),
        (b"P5\n# by hand\n", "PNM"),
        (b"<svg width='9'>", "vector (SVG)"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawn -->\n<svg\n", "vector (SVG)"),
        (b"\x1aE\xdf\xa3", "video"),
        (b"\0\0\x01\xba", "video"),
        (b"G" + bytes(187) + b"G", "video"),
    ],
)
def test_the_first_bytes_tell(head: bytes, name: str) -> None:
    found = media_type(head + bytes(9))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"BMW is no picture",
        b"P5",
        b"P5 is a console",
        b"<html>",
        b"Good morning",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"\xff\xd8",
    ],
)
def test_anything_else_is_unknown(head: bytes) -> None:
    assert media_type(head) is None


@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv", "avi", "ts", "mpg", "h264", "flv"])
def test_a_video_is_known_whatever_its_container(tmp_path: Path, suffix: str) -> None:
    found = media_type_of(write_video(tmp_path / f"clip.{suffix}", numbered(5)))
    assert found is not None
    assert found.kind is Kind.VIDEO


def test_what_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    assert media_type_of(tmp_path) is None
    assert media_type_of(tmp_path / "missing") is None
