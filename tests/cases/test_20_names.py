"""A file name need not be text: what is told about the file is UTF-8 all the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases.support import CASES, COLOURS

PICTURE = CASES / "08-whole-pictures-refused" / "plain.jpg"
HALF = CASES / "08-whole-pictures-refused" / "half.jpg"
FILM = CASES / "15-anamorphic" / "square.mp4"
NAMES = [b"caf\xe9", b"\xff\xfe", "кафе".encode("koi8-r"), "é \N{PARROT}".encode(), b'quote" \\ [red]\xa0']


def infer(*arguments: object, **environ: str) -> tuple[int, bytes, bytes]:
    """Exit status and what was written, byte by byte."""
    words: list[str | bytes] = [
        sys.executable,
        "-m",
        "edge.cli.entry",
        "infer",
        "classification",
        *map(os.fsencode, map(str, arguments)),
    ]
    done = subprocess.run(
        [*words, "--model", str(COLOURS)], capture_output=True, check=False, timeout=120, env=os.environ | environ
    )
    return done.returncode, done.stdout, done.stderr


def test_json_is_valid_and_the_name_is_known_by_its_bytes(tmp_path: Path) -> None:
    def place(name: bytes, ending: bytes) -> Path:
        return tmp_path / os.fsdecode(name + ending)

    def shown(path: Path) -> str:
        return os.fsencode(path).decode("utf-8", "backslashreplace")

    for name in NAMES:
        for source, ending in ((PICTURE, b".jpg"), (HALF, b".half.jpg"), (FILM, b".mp4")):
            shutil.copy(source, place(name, ending))
    inputs = [place(name, ending) for name in NAMES for ending in (b".jpg", b".mp4", b".half.jpg", b".gone")]

    status, out, err = infer(*inputs, "--json")

    assert status == 1
    named = dict.fromkeys(json.loads(line)["input"] for line in out.decode("utf-8").splitlines())
    assert list(named) == [shown(place(name, ending)) for name in NAMES for ending in (b".jpg", b".mp4")]
    for name in NAMES:
        assert f"edge: {shown(place(name, b'.half.jpg'))} is truncated" in err.decode("utf-8")
        assert f"edge: {shown(place(name, b'.gone'))} does not exist" in err.decode("utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_text_and_outputs_take_the_name_too(tmp_path: Path, encoding: str) -> None:
    picture, film = tmp_path / os.fsdecode(b"caf\xe9.jpg"), tmp_path / os.fsdecode(b"film\xe9.mp4")
    shutil.copy(PICTURE, picture)
    shutil.copy(FILM, film)

    status, out, _ = infer(picture, film, "--output", tmp_path / os.fsdecode(b"o\xe9"), PYTHONIOENCODING=encoding)

    assert status == 0
    assert out.startswith(os.fsencode(tmp_path) + rb"/caf\xe9.jpg: red ")
    written = (tmp_path / os.fsdecode(b"o\xe9")).iterdir()
    assert sorted(os.fsencode(path.name) for path in written) == [b"caf\xe9.png", b"film\xe9.mp4"]


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_json_is_utf8_whatever_the_terminal_is(tmp_path: Path, encoding: str) -> None:
    picture = Path(shutil.copy(PICTURE, tmp_path / "é \N{PARROT}.jpg"))
    status, out, _ = infer(picture, "--json", PYTHONIOENCODING=encoding)
    assert status == 0
    assert json.loads(out.decode("utf-8"))["input"] == str(picture)


def test_a_folder_tells_such_names_too(tmp_path: Path) -> None:
    shutil.copy(PICTURE, tmp_path / os.fsdecode(b"caf\xe9.jpg"))
    shutil.copy(FILM, tmp_path / os.fsdecode(b"film\xe9.mp4"))

    status, out, err = infer(tmp_path)

    assert status == 0
    assert rb"caf\xe9.jpg: red" in out
    assert rb"1 left out: film\xe9.mp4 (a video; name it itself)" in err
