"""Loading models and reading and writing their tensors."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelError
from edge.runtime import interpreter
from edge.runtime.interpreter import TfliteModel, describe, load_delegate, runtime_release
from tests.tflite import colour_classifier, custom_op_model, dot_pose, summing_action, two_tensors

if TYPE_CHECKING:
    from pathlib import Path

    from tests.standin.control import Control
    from tests.support import SharedData


def test_a_model_computes_on_its_own_memory(tmp_path: Path) -> None:
    model = TfliteModel(two_tensors(tmp_path / "double.tflite"))
    (x,), (y,) = model.inputs.values(), model.outputs.values()
    model.view(x)[...] = [[1.5, -2.0]]

    model.invoke()

    assert model.view(y).tolist() == [[3.0, -4.0]]


def test_a_view_held_across_invoke_is_refused(tmp_path: Path) -> None:
    model = TfliteModel(two_tensors(tmp_path / "double.tflite"))
    held = model.view(next(iter(model.inputs.values())))

    with pytest.raises(ModelError, match="failed while running"):
        model.invoke()
    assert held.shape == (1, 2)


def test_tensors_go_by_the_names_of_the_signature(tmp_path: Path) -> None:
    model = TfliteModel(summing_action(tmp_path / "sum.tflite"))

    assert set(model.inputs) == {"image", "sum", "still", "count"}
    assert set(model.outputs) == {"logits", "sum", "still", "count"}
    assert model.inputs["image"].shape == (1, 1, 8, 8, 3)
    assert model.inputs["still"].index == model.outputs["still"].index


def test_quantization_is_known(tmp_path: Path) -> None:
    model = TfliteModel(colour_classifier(tmp_path / "colour.tflite"))
    (output,) = model.outputs.values()

    assert (output.scale, output.zero_point) == (1 / 256, 0)
    assert output.is_quantized
    assert not next(iter(TfliteModel(dot_pose(tmp_path / "pose.tflite")).outputs.values())).is_quantized


@pytest.mark.parametrize("dtype", ["uint8", "int8", "float32"])
@pytest.mark.parametrize("logits", [True, False])
def test_the_description_tells_probabilities_from_logits(tmp_path: Path, dtype: str, *, logits: bool) -> None:
    model = TfliteModel(colour_classifier(tmp_path / "colour.tflite", dtype=dtype, logits=logits))
    (output,) = model.outputs.values()

    assert model.yields_probabilities(output) is not logits


@pytest.mark.parametrize(
    ("name", "is_probability"),
    [
        ("efficientnet_lite0/flowers5_tflclassify_int8.tflite", True),
        ("mobilenet/mobilenet_v2_1.0_224_quant.tflite", True),
        ("mobilenet/mobilenet_v2_1.0_224_quant_google_legacy.tflite", False),
        ("movinet/movinet_a0_stream_int8.tflite", False),
    ],
)
def test_real_models_tell_probabilities_from_logits(shared: SharedData, name: str, *, is_probability: bool) -> None:
    model = TfliteModel(shared.path(f"models/{name}"))
    scores = max(model.outputs.values(), key=lambda tensor: tensor.shape[-1] if len(tensor.shape) == 2 else 0)

    assert model.yields_probabilities(scores) is is_probability


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_model_is_named(tmp_path: Path, share: float) -> None:
    whole = dot_pose(tmp_path / "pose.tflite").read_bytes()
    part = tmp_path / "part.tflite"
    part.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(ModelError, match=r"part.tflite: not a complete TFLite model .*download it again"):
        TfliteModel(part)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.tflite: no such model file"):
        TfliteModel(tmp_path / "none.tflite")
    with pytest.raises(ModelError, match="is a folder"):
        TfliteModel(tmp_path)


def test_an_edgetpu_file_on_the_cpu_names_the_remedy(tmp_path: Path) -> None:
    path = custom_op_model(tmp_path / "pose_edgetpu.tflite", "edgetpu-custom-op")

    with pytest.raises(ModelError, match=r"compiled for the EdgeTPU.*use the model's CPU variant"):
        TfliteModel(path)


def test_an_unknown_operation_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot run the model:.*fake-op"):
        TfliteModel(custom_op_model(tmp_path / "odd.tflite", "fake-op"))


def test_tflite_runtime_stands_in_for_ai_edge_litert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ai_edge_litert import interpreter as litert  # noqa: PLC0415

    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    monkeypatch.setitem(sys.modules, "tflite_runtime", litert)
    monkeypatch.setitem(sys.modules, "tflite_runtime.interpreter", litert)

    assert np.prod(next(iter(TfliteModel(two_tensors(tmp_path / "double.tflite")).inputs.values())).shape) == 2


def test_no_runtime_at_all_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in interpreter.RUNTIMES:
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(ModelError, match="pip install ai-edge-litert"):
        TfliteModel(two_tensors(tmp_path / "double.tflite"))


@pytest.mark.parametrize("name", [b"tensor_0", b"serving_default", b"input\0", b"output_0\0"])
def test_a_name_that_is_not_utf_8_is_a_sentence(tmp_path: Path, name: bytes) -> None:
    path = dot_pose(tmp_path / "dot.tflite")
    content = path.read_bytes()
    assert name in content
    path.write_bytes(content.replace(name, b"\xff" + name[1:]))

    with pytest.raises(ModelError, match=r"dot\.tflite: .* TFLite model \(a name inside it is not UTF-8\)"):
        TfliteModel(path).operations()


def test_the_name_of_an_output_that_is_not_utf_8_is_a_sentence(tmp_path: Path) -> None:
    path = colour_classifier(tmp_path / "colour.tflite")
    last = max(re.findall(rb"tensor_\d", path.read_bytes()))
    path.write_bytes(path.read_bytes().replace(last, b"tensor_\x80"))

    with pytest.raises(ModelError, match=r"a name inside it is not UTF-8"):
        TfliteModel(path)


def test_a_file_is_described_without_what_would_run_it(tmp_path: Path) -> None:
    path = dot_pose(tmp_path / "pose.tflite")
    model = TfliteModel(path)
    assert describe(path) == (tuple(model.inputs.values()), tuple(model.outputs.values()))

    (x,), (y,) = describe(custom_op_model(tmp_path / "odd.tflite", "edgetpu-custom-op"))
    assert (x.shape, y.shape) == ((1, 2), (1, 2))


def test_a_compiled_file_has_the_tensors_of_its_cpu_variant(shared: SharedData) -> None:
    cpu, compiled = (
        describe(shared.path(f"models/movenet/movenet_single_pose_lightning_ptq{end}.tflite"))
        for end in ("", "_edgetpu")
    )
    for mine, theirs in zip(cpu, compiled, strict=True):
        assert [(t.shape, t.quantization) for t in mine] == [(t.shape, t.quantization) for t in theirs]


def test_what_is_no_model_cannot_be_described(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model file"):
        describe(tmp_path / "none.tflite")


def test_a_delegate_takes_what_the_runtime_does_not_have(
    shared: SharedData, edgetpu: Control, edgetpu_library: Path
) -> None:
    path = shared.path("models/mobilenet/mobilenet_v1_0.25_128_quant_edgetpu.tflite")
    model = TfliteModel(path, delegate=load_delegate(str(edgetpu_library), {"device": "usb:0"}))
    model.invoke()
    assert edgetpu.created()


def test_an_edgetpu_that_is_away_is_a_sentence(edgetpu: Control, edgetpu_library: Path) -> None:
    edgetpu.attach()
    with pytest.raises(ModelError, match=r"libedgetpu\.so\.1: Failed to load delegate"):
        load_delegate(str(edgetpu_library), {"device": "usb:0"})


def test_the_runtime_says_its_release() -> None:
    assert re.fullmatch(r"ai_edge_litert \d+(\.\d+)+", runtime_release())
