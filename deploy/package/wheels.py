"""The Python packages inside: Edge and what it needs, as wheels for the target, without what apt brings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.package.target import Target

WHEELS, TOOLS = "deploy/package/wheels.txt", "deploy/package/tools.txt"
"""In the checkout: exact releases with hashes, of what is inside and of what builds it."""

FROM_APT = frozenset({"numpy", "opencv-python-headless", "av", "pillow"})
"""These must be apt's, built for each other; nothing may hide them."""

_NOT_NEEDED_BY_LITERT = frozenset(
    {"backports-strenum", "flatbuffers", "ml-dtypes", "protobuf", "tqdm", "typing-extensions"}
)
"""It names them for what writes and compiles models, which is left out as well."""
_NOT_NEEDED_BY_RICH = frozenset({"markdown-it-py", "pygments"})
"""It imports them to show Markdown and source code."""

NOT_INSIDE = FROM_APT | _NOT_NEEDED_BY_LITERT | _NOT_NEEDED_BY_RICH

_OF_LITERT = frozenset(
    {
        "__init__.py",
        "_pywrap_litert_interpreter_wrapper.so",
        "interpreter.py",
        "libpywrap_litert_common.so",
        "metrics_interface.py",
        "metrics_portable.py",
    }
)
"""All that its interpreter needs; the rest, three quarters of it, writes models and compiles them for other chips."""


def install(target: Target, checkout: Path, work: Path, site: Path) -> None:
    """Put Edge and what it needs into the folder ``site``.

    Raises:
        CalledProcessError: pip failed; also where a wheel is not the one that ``wheels.txt`` has the hash of.
    """
    wheel = _wheel_of_edge(checkout, work)
    into = ("install", f"--target={site}", "--no-deps", "--no-compile", *pip_options(target))
    _pip(*into, str(wheel))
    _pip(*into, "--require-hashes", f"--requirement={checkout / WHEELS}")
    tidy(site)


def pip_options(target: Target) -> list[str]:
    """That pip takes wheels for the target, not for this machine."""
    platforms = [f"--platform={name}" for name in target.platforms]
    return [*platforms, f"--python-version={target.python}", "--implementation=cp", "--only-binary=:all:"]


def _wheel_of_edge(checkout: Path, work: Path) -> Path:
    _pip("wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={work}", str(checkout))
    (wheel,) = work.glob("edge_vision-*.whl")
    return wheel


def tidy(site: Path) -> None:
    """Take out of the folder ``site`` what nobody uses, and the path of our wheel."""
    litert = site / "ai_edge_litert"
    for path in (site / "bin", *(path for path in litert.glob("*") if path.name not in _OF_LITERT)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for path in site.glob("*.dist-info/direct_url.json"):
        path.unlink()
    for record in site.glob("*.dist-info/RECORD"):
        lines = record.read_text().splitlines(keepends=True)
        record.write_text("".join(line for line in lines if (site / line.partition(",")[0]).exists()))


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    subprocess.run(command, check=True, stdout=sys.stderr)
