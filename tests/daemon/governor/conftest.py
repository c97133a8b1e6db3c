"""A machine with sensors, and a catalogue in which a model has a lighter one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.base.test_firmware import TEMPERATURE, WORD, write
from tests.cli.toys import pose_model

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def two_pose_models(no_models: Path, tmp_path: Path) -> Path:
    """In the catalogue starter-pose is the lighter model of starter-multipose; both are toys. An empty machine."""
    models = tmp_path / "toy-models"
    pose_model(models).rename(models / "starter" / "starter-multipose.tflite")
    catalog, card = models / "catalog.toml", 'card = "cards/starter-multipose.md"\n'
    catalog.write_text(catalog.read_text().replace(card, f'{card}lighter = "starter-pose"\n'))
    assert not no_models.exists()
    root = tmp_path / "root"
    write(root, TEMPERATURE, "45000\n")
    write(root, WORD, "0\n")
    return root
