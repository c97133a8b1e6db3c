"""The package with a task more: a copy of it, the task's folder laid into it, and one line in its registry."""

from __future__ import annotations

import difflib
import shutil
from typing import TYPE_CHECKING

from tests.support import ROOT
from tests.tflite import light_meter

if TYPE_CHECKING:
    from pathlib import Path

TOY = ROOT / "tests" / "toy" / "brightness"
LINE = '    Task("edge.tasks.brightness"),\n'
_LAST = '    Task("edge.tasks.face"),\n'
_NO_CACHE = shutil.ignore_patterns("__pycache__")


def package_with_toy(folder: Path) -> Path:
    """Make it below ``folder``, to be put first on ``PYTHONPATH``; ``models/`` is the same."""
    package = folder / "edge"
    shutil.copytree(ROOT / "edge", package, ignore=_NO_CACHE)
    (folder / "models").symlink_to(ROOT / "models")
    home = shutil.copytree(TOY, package / "tasks" / TOY.name, ignore=_NO_CACHE)
    light_meter(home / "light.tflite")
    registry = package / "tasks" / "registry.py"
    registry.write_text(registry.read_text().replace(_LAST, _LAST + LINE))
    return folder


def changed(folder: Path) -> list[str]:
    """What is other than in the real package: lines, and files that are new."""
    found = []
    for path in sorted(one for one in (folder / "edge").rglob("*") if one.is_file() and one.suffix != ".pyc"):
        real = ROOT / path.relative_to(folder)
        if not real.exists():
            found.append(f"new {path.relative_to(folder)}")
        elif path.read_bytes() != real.read_bytes():
            lines = difflib.ndiff(real.read_text().splitlines(), path.read_text().splitlines())
            found += [f"{path.relative_to(folder)} {line}" for line in lines if line[0] in "+-"]
    return found
