"""Writes which wheels the package and its build take from PyPI, with their hashes: ``python -m deploy.package.lock``.

The releases are those of ``constraints.txt``, the hashes those that PyPI names for the wheels of each target.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.package.target import MACHINES, SUITES, Target
from deploy.package.wheels import NOT_INSIDE, TOOLS, WHEELS, pip_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CHECKOUT = Path(__file__).parents[2]
_HEAD = """\
# {purpose}; written by `make lock`. Several hashes are those
# of the wheels for several Pythons and processors.
"""
_TARGETS = tuple(Target(suite, architecture) for suite in SUITES.values() for architecture in MACHINES)


def main() -> None:
    """Write both files."""
    project = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text())
    versions = _versions((_CHECKOUT / "constraints.txt").read_text())
    _write(_CHECKOUT / WHEELS, "What is in the package", project["project"]["dependencies"], versions)
    _write(_CHECKOUT / TOOLS, "What builds the wheel of Edge", project["build-system"]["requires"], versions)


def closure(requirements: Iterable[str]) -> set[str]:
    """The names of what is required, and of what that requires in turn, for all targets; less what is left out.

    Raises:
        PackageNotFoundError: one of them is not in the development environment.
    """
    found: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in found and name not in NOT_INSIDE and _is_for_a_target(requirement):
            found.add(name)
            waiting += [Requirement(text) for text in requires(name) or ()]
    return found


def _is_for_a_target(requirement: Requirement) -> bool:
    if requirement.marker is None:
        return True
    return any(
        requirement.marker.evaluate(
            {
                "extra": "",
                "python_version": target.python,
                "python_full_version": f"{target.python}.0",
                "sys_platform": "linux",
                "platform_system": "Linux",
                "platform_machine": target.machine,
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
            }
        )
        for target in _TARGETS
    )


def _versions(constraints: str) -> Mapping[str, str]:
    lines = (line.partition("==") for line in constraints.splitlines() if "==" in line)
    return {canonicalize_name(name): version for name, _, version in lines}


def _write(path: Path, purpose: str, requirements: Iterable[str], versions: Mapping[str, str]) -> None:
    pinned = sorted(f"{name}=={versions[name]}" for name in closure(requirements))
    hashes: dict[str, set[str]] = {one: set() for one in pinned}
    for target in _TARGETS:
        for one, sha256 in _hashes(target, pinned).items():
            hashes[one].add(sha256)
    lines = (" \\\n    ".join([one, *(f"--hash=sha256:{sha256}" for sha256 in sorted(hashes[one]))]) for one in pinned)
    path.write_text("\n".join([_HEAD.format(purpose=purpose) + next(lines), *lines, ""]))


def _hashes(target: Target, pinned: Iterable[str]) -> dict[str, str]:
    """SHA-256 of the wheel that pip would take for the target, as PyPI itself says, no mirror of this machine."""
    with tempfile.TemporaryDirectory() as nowhere:
        command = [sys.executable, "-m", "pip", "--isolated", "--quiet", "--disable-pip-version-check", "install",
            "--index-url=https://pypi.org/simple", "--dry-run", "--ignore-installed", "--no-deps", "--report=-",
            f"--target={nowhere}", *pip_options(target), *pinned]  # fmt: skip
        report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {
        f"{canonicalize_name(one['metadata']['name'])}=={one['metadata']['version']}": one["download_info"][
            "archive_info"
        ]["hashes"]["sha256"]
        for one in report["install"]
    }


if __name__ == "__main__":
    main()
