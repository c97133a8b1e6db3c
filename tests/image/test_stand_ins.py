"""Programs that are lent while an image is built, by dpkg's own means: whose they are afterwards."""

from __future__ import annotations

import subprocess
from pathlib import Path

STAND_INS = Path(__file__).parents[2] / "deploy/image/stand_ins.sh"
PACKAGE = """\
Package: programs
Version: 1
Architecture: all
Maintainer: nobody <nobody@localhost>
Description: two programs
"""
OF_THE_PACKAGE = {"usr/bin/sed": "its own sed\n", "usr/sbin/depmod": "its own depmod\n"}
OF_NO_PACKAGE = ("usr/bin/cat", "usr/bin/update-mime-database")


def stand_ins(root: Path, step: str) -> None:
    """Take a step, with two programs that are lent and two that are put off, of each one that a package brings."""
    lists = "postponed=(usr/sbin/depmod usr/bin/update-mime-database); lent=(usr/bin/sed usr/bin/cat)"
    subprocess.run(["bash", "-euc", f'source {STAND_INS}; {lists}; {step} "$1"', "bash", root], check=True)


def dpkg(root: Path, *words: str) -> str:
    """What dpkg says of a root, to whoever asks."""
    command = ["dpkg", f"--root={root}", "--force-not-root", "--force-bad-path", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def install(root: Path, scratch: Path) -> None:
    for name, text in OF_THE_PACKAGE.items():
        (scratch / name).parent.mkdir(parents=True)
        (scratch / name).write_text(text)
    (scratch / "DEBIAN").mkdir()
    (scratch / "DEBIAN/control").write_text(PACKAGE)
    deb = scratch.with_suffix(".deb")
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", scratch, deb], check=True, capture_output=True)
    dpkg(root, "--install", str(deb))


def test_in_the_end_all_programs_are_the_packages_own(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "var/lib/dpkg/updates").mkdir(parents=True)
    (root / "var/lib/dpkg/info").mkdir()
    (root / "var/lib/dpkg/status").touch()
    stand_ins(root, "stand_in")
    install(root, tmp_path / "package")
    assert (root / "usr/sbin/depmod").readlink() == Path("/usr/bin/true")
    for _ in range(2):  # what is not diverted any more stays
        stand_ins(root, "stand_back")
        assert dpkg(root, "--verify") == ""
        assert {name: (root / name).read_text() for name in OF_THE_PACKAGE} == OF_THE_PACKAGE
        assert [name for name in OF_NO_PACKAGE if (root / name).is_symlink() or (root / name).exists()] == []
    listed = ["dpkg-divert", "--root", str(root), "--list", "*postponed*"]
    assert subprocess.run(listed, check=True, capture_output=True, text=True).stdout == ""
