"""Builds the package; see ``deploy/package/build --help``."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.package import appliance, archive, control, stage
from deploy.package.target import MACHINES, SUITES, Target, this_architecture, this_suite
from edge import __version__

CHECKOUT = Path(__file__).parents[2]


def main() -> int:
    """Build the packages and print where they are, the one of Edge last; the exit status."""
    arguments = _parser().parse_args()
    target = Target(SUITES[arguments.suite], arguments.arch)
    os.environ.setdefault("SOURCE_DATE_EPOCH", _last_change())
    try:
        print(build_appliance(target, arguments.output))
        if not arguments.appliance_only:
            print(build(target, arguments.output))
    except subprocess.CalledProcessError as error:
        print(f"build: {Path(error.cmd[0]).name} failed (above: why)", file=sys.stderr)
        return 1
    return 0


def build(target: Target, output: Path) -> Path:
    """Build the package edge-vision for ``target`` in the folder ``output``.

    Raises:
        CalledProcessError: pip or dpkg-deb failed.
    """
    package = output / f"{control.NAME}_{control.version_of(target, __version__)}_{target.architecture}.deb"
    with tempfile.TemporaryDirectory(prefix="edge-package-") as folder:
        work, root = Path(folder), Path(folder) / "root"
        root.mkdir()
        stage.fill(target, CHECKOUT, work, root)
        control.write(target, __version__, CHECKOUT / "deploy/package/scripts", root)
        return archive.pack(root, package)


def build_appliance(target: Target, output: Path) -> Path:
    """Build the package edge-appliance for the release of ``target`` in the folder ``output``.

    Raises:
        CalledProcessError: dpkg-deb failed.
    """
    with tempfile.TemporaryDirectory(prefix="edge-package-") as folder:
        appliance.fill(target, CHECKOUT, Path(folder))
        return archive.pack(
            Path(folder), output / f"{appliance.NAME}_{control.version_of(target, __version__)}_all.deb"
        )


def _last_change() -> str:
    """The time of the last commit: what is built from it has the same bytes at any time."""
    command = ["git", "-C", str(CHECKOUT), "log", "-1", "--format=%ct"]
    time = ""
    if shutil.which("git"):
        time = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return time or str(int((CHECKOUT / "CHANGELOG.md").stat().st_mtime))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deploy/package/build",
        description="Build the Debian packages edge-appliance and edge-vision, for this machine or another; prints the "
        "path of the latter last.",
    )
    parser.add_argument("--suite", choices=SUITES, default=this_suite(), help="release of Debian (this: %(default)s)")
    parser.add_argument(
        "--arch", choices=MACHINES, default=this_architecture(), help="architecture (this machine: %(default)s)"
    )
    parser.add_argument(
        "--output", type=Path, default=CHECKOUT / "build/deb", metavar="DIR", help="where to (default: build/deb)"
    )
    parser.add_argument(
        "--appliance-only", action="store_true", help="build edge-appliance alone, which takes a second"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
