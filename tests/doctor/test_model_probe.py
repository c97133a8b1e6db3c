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
    request = {"task": "classification", "path": str(path), "labels": ""}

    with pytest.raises(ModelError, match=r"set classification\.input_size"):
        run_model(request)
    assert run_model({**request, "stated": {"mean": [], "std": [255], "size": [8, 8]}})["labels"] == 3
