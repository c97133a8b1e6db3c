"""What the tests of the image share: cards with it, and a key to log in with.

They run where scripts/image-test has built the image.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.image.appliance import powered
from tests.image.board import virt
from tests.image.card import PASSWORD, Card, flash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.image.appliance import Appliance
    from tests.image.board import Ports

HERE = Path(__file__).parent
IMAGE = os.environ.get("EDGE_IMAGE", "")
SETTINGS = """
[camera]
source = "synthetic"
loop = true
fps = 2
width = 320
height = 240
[pose]
threads = 1
[classification]
enabled = false
[action]
enabled = false
"""
"""As much as an emulated machine can do, with one of its two processors left for all else."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what boots elsewhere."""
    for item in items:
        if HERE in item.path.parents and {"power", "appliance"} & set(getattr(item, "fixturenames", ())):
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(2400))
            if not IMAGE:
                item.add_marker(pytest.mark.skip(reason="boots the appliance's image; sudo make image-test runs it"))


class MakeCard(Protocol):
    """Makes a card: the image, and what a person has put on its boot partition."""

    def __call__(self, settings: str = SETTINGS, password: str = PASSWORD) -> Card:
        """Make it; without a password nobody has chosen one for the broker."""
        ...


class Power(Protocol):
    """Switches an appliance on, with a card."""

    def __call__(
        self, card: Card, board: Callable[[Card, Path, Ports], list[str]] = virt, ports: Ports | None = None
    ) -> AbstractContextManager[Appliance]:
        """Switch it on."""
        ...


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where cards lie, and the key."""
    made = tmp_path_factory.mktemp("image")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(made / "key")], check=True)
    return made


@contextmanager
def cards(folder: Path) -> Iterator[MakeCard]:
    """Cards for whoever has the key, and the broker's password; gone afterwards, as each takes gigabytes."""
    number = count()

    with TemporaryDirectory(prefix="cards-", dir=folder) as box:

        def make(settings: str = SETTINGS, password: str = PASSWORD) -> Card:
            card = flash(Path(IMAGE), Path(box, f"card-{next(number)}"))
            key = (folder / "key.pub").read_text().strip()
            card.write("user-data", f"#cloud-config\nssh_authorized_keys:\n  - {key}\n")
            if password:
                card.write("edge-broker-password.txt", f"{password}\n")
            card.write("edge.toml", settings)
            return card

        yield make


@pytest.fixture
def make_card(folder: Path) -> Iterator[MakeCard]:
    """Cards for one test."""
    with cards(folder) as make:
        yield make


@pytest.fixture(scope="session")
def power(folder: Path) -> Power:
    """Appliances, each with a folder of its own."""
    number = count()

    @contextmanager
    def switch_on(
        card: Card, board: Callable[[Card, Path, Ports], list[str]] = virt, ports: Ports | None = None
    ) -> Iterator[Appliance]:
        with powered(card, folder / f"power-{next(number)}", board, ports) as appliance:
            try:
                yield appliance
            finally:
                sys.stdout.write(appliance.console()[-4000:])

    return switch_on
