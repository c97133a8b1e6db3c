"""The notices for what is linked into the wheels, of which their metadata says nothing."""

from __future__ import annotations

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest

from deploy.package.copyright import copyright_file
from tests.support import ROOT

LIBRARY = "ai_edge_litert/libpywrap_litert_common.so"
MARKS = {
    "Abseil": b"raw_hash_set.cc",
    "cpuinfo": b"cpuinfo_initialize",
    "Eigen": b"5Eigen",
    "FarmHash": b"farmhash.cc",
    "fft2d": b"fftsg2d.c",
    "FlatBuffers": b"11flatbuffers",
    "FP16": b"f16-vabs",
    "FXdiv": b"xnn_operator",
    "gemmlowp": b"gemmlowp",
    "giflib": b"dgif_lib.c",
    "hwloc": b"topology-linux.c",
    "KleidiAI": b"kai_",
    "LiteRT": b"litert",
    "ml_dtypes": b"ml_dtypes",
    "Protocol Buffers": b"6google8protobuf",
    "pthreadpool": b"pthreadpool_create",
    "pybind11": b"pybind11",
    "pybind11_abseil": b"pybind11_abseil",
    "pybind11_protobuf": b"pybind11_protobuf",
    "RE2": b"re2.cc",
    "ruy": b"3ruy",
    "Snappy": b"snappy-sinksource.cc",
    "StableHLO": b"stablehlo",
    "TensorFlow": b"10tensorflow",
    "utf8_range": b"utf8_range.c",
    "XLA": b"3xla",
    "XNNPACK": b"xnn_",
    "zlib": b"inflate.c",
}
"""What shows that a part is in the library: a name of one of its files, functions or namespaces; they are not stripped.
FP16 and FXdiv are headers that XNNPACK includes; of them its own kernels tell."""
ARM64_ONLY = {"KleidiAI"}


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return copyright_file(tmp_path_factory.mktemp("site"), "usr/lib/x")


def fields(text: str) -> list[dict[str, str]]:
    """The paragraphs of a file in Debian's form, each by its fields."""
    found = (re.findall(r"^(\S+): (.*(?:\n .*)*)", paragraph, re.MULTILINE) for paragraph in text.split("\n\n"))
    return [dict(one) for one in found]


def test_what_is_named_is_in_the_library_and_known_parts_are_named(text: str) -> None:
    (about,) = (one["Comment"] for one in fields(text) if one.get("Files") == f"usr/lib/x/{LIBRARY}")
    library = Path(str(distribution("ai-edge-litert").locate_file(LIBRARY))).read_bytes()
    for name, mark in MARKS.items():
        assert re.search(rf"\b{re.escape(name)}\b", about), name
        assert mark in library or name in ARM64_ONLY, name


def test_every_licence_of_it_has_its_text(text: str) -> None:
    paragraphs = fields(text)
    texts = {
        one["License"].partition("\n")[0]: one["License"]
        for one in paragraphs
        if "Files" not in one and "License" in one
    }
    (licence,) = (one["License"] for one in paragraphs if one.get("Files") == f"usr/lib/x/{LIBRARY}")
    assert set(licence.split(" and ")) == set(texts)
    assert all(len(one.splitlines()) > 1 for one in texts.values())


def test_holders_are_named_where_the_licence_asks_for_it(text: str) -> None:
    (holders,) = (one["Copyright"] for one in fields(text) if one.get("Files") == f"usr/lib/x/{LIBRARY}")
    for name in (
        "XNNPACK",
        "pthreadpool",
        "cpuinfo",
        "FarmHash",
        "pybind11",
        "RE2",
        "Snappy",
        "hwloc",
        "zlib",
        "giflib",
    ):
        assert name in holders


def test_each_font_has_its_licence(text: str) -> None:
    fonts = {path.name for path in (ROOT / "edge/overlay/fonts").glob("*.ttf")}
    found = {
        one["Files"].rpartition("/")[2]: one["License"]
        for one in fields(text)
        if "overlay/fonts" in one.get("Files", "")
    }
    assert set(found) == fonts
    assert "The Font Software may be sold as part of a larger software package" in found["DejaVuSans.ttf"]
    assert found["DroidSansFallback.ttf"] == "Apache-2.0"
