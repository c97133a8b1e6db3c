"""The Python packages inside: Edge and what it needs, as wheels for the target, without what apt brings."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.package.target import Target

FROM_APT = ("numpy", "opencv-python-headless", "av")
"""These must be apt's, built for each other; nothing may hide them."""
_FOLLOWS_NUMPY = ("ml_dtypes",)
"""Its newest release that fits is another one for each numpy."""

_FOR_OTHER_CHIPS = ("libLiteRtWebGpuAccelerator.so", "tools/apply_plugin_main", "vendors")
"""A third of ai-edge-litert, which neither the CPU nor a Coral has a use for."""


def install(target: Target, checkout: Path, work: Path, site: Path) -> None:
    """Put Edge and what it needs into the folder ``site``."""
    wheel = _wheel_of_edge(checkout, work)
    constraints = work / "constraints.txt"
    constraints.write_text(constraints_for(target, (checkout / "constraints.txt").read_text()))
    platforms = [f"--platform={name}" for name in target.platforms]
    into = ("install", f"--target={site}", *platforms, f"--python-version={target.python}", "--implementation=cp",
        "--only-binary=:all:", "--no-compile", "--no-warn-conflicts", f"--constraint={constraints}")  # fmt: skip
    # pip takes the conditions of dependencies for those of this machine; what apt brings is left out here.
    _pip(*into, "--no-deps", str(wheel))
    _pip(*into, *needed((checkout / "pyproject.toml").read_text()))
    tidy(site)


def needed(pyproject: str) -> list[str]:
    """What Edge depends on, less what apt brings."""
    dependencies: list[str] = tomllib.loads(pyproject)["project"]["dependencies"]
    return [one for one in dependencies if _normalised(re.split("[^A-Za-z0-9._-]", one)[0]) not in FROM_APT]


def constraints_for(target: Target, text: str) -> str:
    """The releases of development, with the numpy of the target."""
    others = {_normalised(name) for name in (*FROM_APT, *_FOLLOWS_NUMPY)}
    lines = [line for line in text.splitlines() if _normalised(line.partition("==")[0]) not in others]
    return "\n".join([*lines, f"numpy=={target.suite.numpy}", ""])


def _wheel_of_edge(checkout: Path, work: Path) -> Path:
    _pip("wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={work}", str(checkout))
    (wheel,) = work.glob("edge_vision-*.whl")
    return wheel


def tidy(site: Path) -> None:
    """Take out of the folder ``site`` what apt brings, what nobody uses, and the path of our wheel."""
    for path in (site / "bin", *(site / "ai_edge_litert" / name for name in _FOR_OTHER_CHIPS)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for name in FROM_APT:
        for path in site.glob(f"{name.replace('-', '_')}*"):
            if re.fullmatch(rf"{name.replace('-', '_')}(\.libs|-.*\.dist-info)?", path.name):
                shutil.rmtree(path)
    for path in site.glob("*.dist-info/direct_url.json"):
        path.unlink()
    for record in site.glob("*.dist-info/RECORD"):
        lines = record.read_text().splitlines(keepends=True)
        record.write_text("".join(line for line in lines if (site / line.partition(",")[0]).exists()))


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, stdout=sys.stderr)
