"""The probe that runs a model as its task does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.doctor.probes.model import run_model
from edge.errors import ModelError
from tests.odd_models import colours, softmax

if TYPE_CHECKING:
    from pathlib import Path


def test_a_model_is_run_with_what_the_configuration_states_of_its_input(tmp_path: Path) -> None:
    path = colours(tmp_path / "m.tflite", softmax, open_sides=(1, 2))
    overrides = [f"classification.model={path}"]

    with pytest.raises(ModelError, match=r"set classification\.input_size"):
        run_model({"task": "classification", "overrides": overrides})
    overrides += ["classification.std=[255]", "classification.input_size=[8, 8]"]
    assert run_model({"task": "classification", "overrides": overrides})["words"] == "3 labels for as many classes"
