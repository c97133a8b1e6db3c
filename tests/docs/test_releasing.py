"""docs/releasing.md, typed as it stands: what is signed can be verified, and nothing else can."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs/releasing.md").read_text()
PACKAGES = tuple(f"edge-vision_1.2.3+deb{number}_{arch}.deb" for number in (12, 13) for arch in ("amd64", "arm64"))

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="there is no ssh-keygen (openssh-client)")


def typed(heading: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The lines below a heading, typed in a folder, one after the other until one fails."""
    found = re.search(rf"^## {heading}\n.*?^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    command = ["bash", "-euo", "pipefail", "-c", found[1]]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def sum_up(folder: Path) -> None:
    """As scripts/release does."""
    done = subprocess.run(["sha256sum", *PACKAGES], cwd=folder, capture_output=True, text=True, check=True)
    (folder / "SHA256SUMS").write_text(done.stdout)


def make_key(folder: Path) -> None:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "releases@edge-vision", "-f", str(folder / "KEY")]
    subprocess.run(command, check=True)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with what is published, stand-ins for the packages, and the key."""
    for name in PACKAGES:
        (tmp_path / name).write_text(name)
    sum_up(tmp_path)
    make_key(tmp_path)
    done = typed("Signing", tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_what_is_published_is_verified_also_with_one_package_alone(release: Path) -> None:
    for name in PACKAGES[1:]:
        (release / name).unlink()
    done = typed("Verifying", release)
    assert done.returncode == 0, done.stderr
    assert 'Good "edge-vision-release" signature for releases@edge-vision' in done.stdout
    assert f"{PACKAGES[0]}: OK" in done.stdout


def test_another_package_is_not(release: Path) -> None:
    (release / PACKAGES[0]).write_text("another")
    done = typed("Verifying", release)
    assert done.returncode != 0
    assert f"{PACKAGES[0]}: FAILED" in done.stdout


def test_nor_is_one_with_checksums_to_match(release: Path) -> None:
    (release / PACKAGES[0]).write_text("another")
    sum_up(release)
    assert typed("Verifying", release).returncode != 0


def test_nor_is_what_somebody_else_has_signed(release: Path) -> None:
    known = (release / "edge-vision.signers").read_text()
    for name in ("KEY", "KEY.pub", "SHA256SUMS.sig"):
        (release / name).unlink()
    make_key(release)
    assert typed("Signing", release).returncode == 0
    assert typed("Verifying", release).returncode == 0
    (release / "edge-vision.signers").write_text(known)
    assert typed("Verifying", release).returncode != 0


def test_nor_is_a_signature_that_was_made_for_something_else(release: Path) -> None:
    (release / "SHA256SUMS.sig").unlink()
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", "KEY", "-n", "file", "SHA256SUMS"], cwd=release, check=True)
    assert typed("Verifying", release).returncode != 0


def test_a_release_is_a_commit_that_says_what_it_is(tmp_path: Path) -> None:
    """A tree with changes, no section in the changelog, no tag: each is refused before anything is built."""
    (tmp_path / "edge").mkdir()
    (tmp_path / "scripts").mkdir()
    (tmp_path / "edge/__init__.py").write_text('__version__ = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n")
    shutil.copy(ROOT / "scripts/release", tmp_path / "scripts")

    def git(*words: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    def refusal() -> str:
        done = subprocess.run([tmp_path / "scripts/release"], capture_output=True, text=True, check=False)
        assert done.returncode == 1
        return done.stderr

    git("init")
    assert "the working tree has changes" in refusal()
    git("add", ".")
    git("commit", "--message", "one")
    assert "CHANGELOG.md has no section [1.2.3]" in refusal()
    (tmp_path / "CHANGELOG.md").write_text("## [Unreleased]\n\n## [1.2.3] - 2026-11-28\n")
    git("commit", "--all", "--message", "two")
    assert "this commit is not tagged v1.2.3" in refusal()
