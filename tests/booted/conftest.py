"""What the tests of booted systems share: roots with the package in them, and stand-ins for hardware.

They run where scripts/test-booted has prepared the roots.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.booted.machine import Machine, booted, machine_name, overlaid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

HERE = Path(__file__).parent
ROOTS, DEBS = os.environ.get("EDGE_BOOTED_ROOTS", ""), os.environ.get("EDGE_BOOTED_DEBS", "")
RELEASES = {"bookworm": "deb12", "trixie": "deb13"}
STAND_INS = "/usr/lib/edge-test"
LONGEST = ("test_update", "test_monitor", "test_alone", "test_readme", "test_attacks", "test_install")
HOME = "/usr/lib/edge-vision"
DROP_IN = "/etc/systemd/system/edge.service.d/test.conf"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip them elsewhere; begin with what takes longest."""
    if ROOTS:
        items.sort(key=lambda item: [item.path.stem != name for name in LONGEST])
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="boots containers; sudo make test-system runs it"))


class Boot(Protocol):
    """Boots a machine that has the package; ``files`` are put there before. ``stand_ins``: see sitecustomize.py."""

    def __call__(
        self, suite: str = "bookworm", *, files: Mapping[str, str] | None = None, stand_ins: str = ""
    ) -> AbstractContextManager[Machine]:
        """Boot it."""
        ...


def deb(suite: str, name: str = "edge-vision") -> Path:
    """The package for a suite."""
    (found,) = Path(DEBS).glob(f"{name}_*+{RELEASES[suite]}_*.deb")
    return found


def appliance_deb(suite: str) -> Path:
    """The package that makes an appliance of a machine."""
    (found,) = Path(DEBS).glob(f"edge-appliance_*+{RELEASES[suite]}_all.deb")
    return found


def bare_root(suite: str) -> Path:
    """A root without the package."""
    return Path(ROOTS) / suite


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """Root file systems that have the package, by suite; it is installed once, and lies below what a test changes."""
    made: dict[str, Path] = {}
    with ExitStack() as layers:

        def root(suite: str) -> Path:
            if suite not in made:
                scratch = tmp_path_factory.mktemp(f"installed-{suite}")
                made[suite] = layers.enter_context(_installed(suite, scratch))
            return made[suite]

        yield root


@pytest.fixture(scope="session")
def boot(tmp_path_factory: pytest.TempPathFactory, installed: Callable[[str], Path]) -> Boot:
    """Boots machines that have the package."""

    @contextmanager
    def boots(
        suite: str = "bookworm", *, files: Mapping[str, str] | None = None, stand_ins: str = ""
    ) -> Iterator[Machine]:
        environment = f"Environment=PYTHONPATH={STAND_INS}/tests/booted/site:{STAND_INS} EDGE_STAND_IN={stand_ins}"
        # The command is isolated (-I), so that nothing could stand in for anything.
        start = f"ExecStart=\nExecStart={HOME}/bin/python3 -s {HOME}/bin/edge run"
        drop_in = {DROP_IN: f"[Service]\n{environment}\n{start}\n"} if stand_ins else {}
        scratch = tmp_path_factory.mktemp(suite)
        with booted(suite, installed(suite), scratch, {**drop_in, **(files or {})}) as machine:
            yield machine

    return boots


@contextmanager
def _installed(suite: str, scratch: Path) -> Iterator[Path]:
    """A root in which the package was installed while nothing ran, as in an image, with the stand-ins beside it."""
    with overlaid(bare_root(suite), scratch) as root:
        shutil.copy(deb(suite), root / "root" / "edge.deb")
        run_switched_off(root, scratch, "apt-get install --yes --no-install-recommends /root/edge.deb")
        _put_stand_ins(root / STAND_INS.lstrip("/"))
        yield root


def run_switched_off(root: Path, scratch: Path, command: str) -> None:
    """Run a command in a root in which nothing runs, as where an image is built.

    Raises:
        AssertionError: it failed.
    """
    container = [
        *("systemd-nspawn", "--quiet", f"--directory={root}", f"--machine={machine_name(scratch)}", "--register=no"),
        *("--keep-unit", "--pipe", "--private-network", "--setenv=DEBIAN_FRONTEND=noninteractive"),
    ]
    done = subprocess.run(
        [*container, "sh", "-ec", command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _put_stand_ins(folder: Path) -> None:
    site = folder / "tests" / "booted" / "site"
    shutil.copytree(HERE / "site", site)
    (folder / "tests" / "camera").mkdir()
    shutil.copy(HERE.parent / "camera" / "stand_ins.py", folder / "tests" / "camera")
    compiler = ["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", f"-I{HERE.parent / 'standin'}"]
    for source in site.glob("*.c"):
        subprocess.run([*compiler, "-o", str(source.with_suffix(".so")), str(source)], check=True)
