"""The catalogue is found wherever the code runs from."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from edge.runtime.package_data import package_data
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_a_checkout_reads_its_own_models_folder() -> None:
    assert package_data("catalog.toml").read_bytes() == (ROOT / "models" / "catalog.toml").read_bytes()
    assert package_data("labels", "kinetics600.txt").is_file()


def test_a_wheel_brings_the_catalogue_the_labels_the_starter_models_and_the_fonts(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="building a wheel without network needs hatchling here")
    _run("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path), cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")

    counts = _run(
        "-c",
        "import sys; sys.path.insert(0, 'installed')\n"
        "from edge.runtime.catalog import load_catalog\n"
        "from edge.runtime.package_data import package_data\n"
        "from edge.runtime.store.resolve import stored_model\n"
        "print(package_data('catalog.toml'), len(load_catalog().models), "
        "len(load_catalog().model('movinet-a0').label_file().splitlines()))\n"
        "print(*(stored_model(task, 'starter-' + task) for task in ('pose', 'classification', 'action')))\n"
        "from edge.overlay.text import drawable\n"
        "print(drawable('Größe', '-'), drawable('여우', '-'))",
        cwd=tmp_path,
    )

    place, models, labels, *starters, european, korean = counts.split()
    assert (european, korean) == ("Größe", "여우")
    fonts = {path.name for path in (tmp_path / "installed/edge/overlay/fonts").iterdir()}
    assert {name for name in fonts if name.endswith(".LICENSE.txt")} == {
        f"{name.removesuffix('.ttf')}.LICENSE.txt" for name in fonts if name.endswith(".ttf")
    }
    assert (tmp_path / "installed/edge/data/cards/movinet.md").read_bytes() == (
        ROOT / "models/cards/movinet.md"
    ).read_bytes()
    assert place.endswith("installed/edge/data/catalog.toml")
    assert int(models) > 20
    assert int(labels) == 600
    assert [path.partition("/installed/")[2] for path in starters] == [
        f"edge/data/starter/starter-{task}.tflite" for task in ("pose", "classification", "action")
    ]


def _run(*arguments: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout
