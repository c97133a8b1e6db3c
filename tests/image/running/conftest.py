"""One appliance, booted once, for all that is looked at while it runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.image.board import virt
from tests.image.conftest import cards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.image.appliance import Appliance
    from tests.image.conftest import Power


@pytest.fixture(scope="package")
def appliance(folder: Path, power: Power) -> Iterator[Appliance]:
    """One with a monitor; the tests of this folder come one after the other."""
    with cards(folder) as make_card, power(make_card(), partial(virt, screen=True)) as booted:
        yield booted
