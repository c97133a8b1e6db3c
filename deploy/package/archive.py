"""A finished folder becomes a package: what dpkg wants to know of it, and the file."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SCRIPTS = ("postinst", "prerm", "postrm")


def describe(root: Path, fields: Mapping[str, str], scripts: Path) -> None:
    """Describe the finished folder ``root`` in ``root/DEBIAN``; what it has in ``/etc`` are a person's to change."""
    folder = root / "DEBIAN"
    folder.mkdir()
    folder.chmod(0o755)
    sized = {**fields, "Installed-Size": str(_installed_kib(root))}
    described = {
        "md5sums": "".join(_checksums(root)),
        "control": "".join(f"{name}: {value}\n" for name, value in sized.items()),
        "conffiles": "".join(f"/{path.relative_to(root)}\n" for path in _files(root / "etc") if path.is_file()),
    }
    for name, text in described.items():
        if text:
            (folder / name).write_text(text)
            (folder / name).chmod(0o644)
    for name in SCRIPTS:
        shutil.copyfile(scripts / name, folder / name)
        (folder / name).chmod(0o755)


def pack(root: Path, package: Path) -> Path:
    """Make the file ``package`` of a described folder.

    Raises:
        CalledProcessError: dpkg-deb failed.
    """
    # With more threads, xz makes other bytes.
    options = ["--root-owner-group", "-Zxz", "--threads-max=1"]
    unfinished = package.with_suffix(".part")
    package.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["dpkg-deb", *options, "--build", str(root), str(unfinished)], check=True, stdout=sys.stderr)
    return unfinished.replace(package)


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.relative_to(root).parts[0] != "DEBIAN")


def _checksums(root: Path) -> Iterator[str]:
    for path in _files(root):
        if path.is_file() and not path.is_symlink():
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            yield f"{digest}  {path.relative_to(root)}\n"


def _installed_kib(root: Path) -> int:
    """After Debian's policy: each file rounded up to 1 KiB, everything else 1 KiB."""
    return sum(
        -(-path.stat().st_size // 1024) if path.is_file() and not path.is_symlink() else 1 for path in _files(root)
    )
