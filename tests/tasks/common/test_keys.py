"""What keys of several tasks may be."""

import pytest

from edge.config.key import Kind
from edge.config.values import checked, path_in
from edge.settings import SCHEMA
from edge.tasks.common.keys import MODEL, REGION, is_model_path


@pytest.mark.parametrize(("model", "is_path"), [("lite0", False), ("lite0.tflite", True), ("models/lite0", True)])
def test_a_model_is_a_name_or_a_path(model: str, is_path: bool) -> None:
    assert is_model_path(model) is is_path
    for task in ("pose", "classification", "action"):
        assert path_in(SCHEMA.keys[f"{task}.model"], model) == (model if is_path else "")


@pytest.mark.parametrize("region", [[0, 0, 5e-324, 1], [0, 0, 1, 0.009], [0.999, 0, 0.001, 1], [1, 0, 0.5, 1]])
def test_a_region_has_to_be_large_enough_and_inside(region: list[float]) -> None:
    for path in ("pose.region", "classification.region"):
        with pytest.raises(ValueError, match=r"^must "):
            checked(SCHEMA.keys[path], region)
        assert checked(SCHEMA.keys[path], [0.99, 0, 0.01, 1]) == (0.99, 0.0, 0.01, 1.0)


@pytest.mark.parametrize(("name", "kind"), [("model", MODEL), ("region", REGION)])
def test_keys_of_a_name_are_of_a_kind(name: str, kind: Kind) -> None:
    assert {key.details.kind for key in SCHEMA.keys.values() if key.name == name} == {kind}
