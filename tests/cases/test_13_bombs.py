"""A few bytes that decode to gigabytes are refused before they are decoded, whatever the format."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.camera.odd_pictures import BOMBS

if TYPE_CHECKING:
    from pathlib import Path

_MEASURED = """
import resource, sys
from pathlib import Path
from edge.camera.image_file import load_image
from edge.camera.video import VideoCamera
from edge.errors import InputError
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before = peak()
for name in sys.argv[1:]:
    try:
        load_image(Path(name))
    except InputError as error:
        print(error)
    try:
        VideoCamera(Path(name), loop=False, realtime=False)
        print("played")
    except InputError as error:
        pass
print(peak() - before)
"""


def test_no_bomb_takes_memory(tmp_path: Path) -> None:
    for ending, data in BOMBS.items():
        (tmp_path / f"bomb.{ending}").write_bytes(data)
    # Nothing in a file of this kind tells what it is: FFmpeg goes by the name.
    side, run = 16_000, b"\xff\x00\x00\x00"
    head = struct.pack("<BBBHHBHHHHBB", 0, 0, 10, 0, 0, 0, 0, 0, side, side, 24, 0)
    (tmp_path / "run-lengths.tga").write_bytes(head + run * (side * side // 128))
    names = sorted(str(path) for path in tmp_path.iterdir())

    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *names], capture_output=True, text=True, check=True, timeout=120
    )

    *sentences, grown_mib = done.stdout.splitlines()
    assert int(grown_mib) < 30
    for name, sentence in zip(names, sentences, strict=True):
        why = (
            "is not a picture"
            if name.endswith("tga")
            else r"is 40000x40000 pixels, more than (51|25) million; scale it"
        )
        assert re.match(rf"{re.escape(name)} {why}", sentence)
