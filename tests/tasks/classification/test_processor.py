"""Which model classification loads, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.config.sections import Settings
from edge.errors import ModelError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.classification.processor import load
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.model_choice import ChosenModel
from tests.tflite import append_files, colour_classifier

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_stated_of_the_input_is_for_the_configured_model_only(tmp_path: Path) -> None:
    path = append_files(colour_classifier(tmp_path / "my.tflite"), {"labels.txt": "red\ngreen\nblue\n"})
    settings = Settings(ClassificationSettings(input_size=(300,)))

    with pytest.raises(ModelError, match="takes pictures of 8 by 8"):
        load(ChosenModel("my", path), TfliteModel, settings, still=False)
    load(ChosenModel("my", path, fallback_for="efficientnet-lite0"), TfliteModel, settings, still=False)
