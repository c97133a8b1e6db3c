"""The stand-in for libedgetpu as the system's compiler makes it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

NAME = "libedgetpu.so.1"
HERE = Path(__file__).parent


def build_library(folder: Path) -> Path:
    """Compile it into a folder that may be on ``LD_LIBRARY_PATH``; skips the running test without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler; run: apt-get install gcc libc6-dev")
    library = folder / NAME
    options = ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-fvisibility=hidden", f"-Wl,-soname,{NAME}"]
    subprocess.run([compiler, *options, "-o", str(library), *map(str, sorted(HERE.glob("*.c")))], check=True)
    return library
