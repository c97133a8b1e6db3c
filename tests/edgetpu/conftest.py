"""Fixtures of the whole appliance with an EdgeTPU."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.edgetpu.place import Place
from tests.edgetpu.sysfs import Sysfs

if TYPE_CHECKING:
    from tests.broker import Broker
    from tests.standin.control import Control


@pytest.fixture
def place(
    tmp_path: Path, broker: Broker, edgetpu: Control, edgetpu_library: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """Nothing is plugged in yet; the library is this test's own, which may vanish."""
    folder = tmp_path / "lib"
    folder.mkdir()
    monkeypatch.setenv("LD_LIBRARY_PATH", str(folder))
    library = Path(shutil.copy(edgetpu_library, folder))
    edgetpu.attach()
    return Place(tmp_path, broker, Sysfs(tmp_path), edgetpu, library)
