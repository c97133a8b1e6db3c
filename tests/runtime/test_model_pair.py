"""A person's own model beside the file that the compiler has made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.runtime.model_pair import ModelPair, is_compiled, pair_of
from tests.tflite import custom_op_model, two_tensors

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return two_tensors(tmp_path / "mine.tflite")


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    return custom_op_model(tmp_path / "mine_edgetpu.tflite", "edgetpu-custom-op")


def test_either_of_two_files_names_the_pair(plain: Path, compiled: Path) -> None:
    assert pair_of(plain) == pair_of(compiled) == ModelPair(plain, compiled)


def test_a_model_that_was_not_compiled_has_no_variant_for_the_edgetpu(plain: Path) -> None:
    assert pair_of(plain) == ModelPair(plain, None)


def test_a_compiled_file_alone_has_no_variant_for_the_cpu(compiled: Path) -> None:
    assert pair_of(compiled) == ModelPair(None, compiled)


def test_what_a_file_is_its_content_says(tmp_path: Path) -> None:
    misnamed = custom_op_model(tmp_path / "other.tflite", "edgetpu-custom-op")
    plain = two_tensors(tmp_path / "other_edgetpu.tflite")
    assert pair_of(misnamed) == ModelPair(None, misnamed)
    assert pair_of(plain) == ModelPair(plain, None)


def test_what_only_lies_beside_a_model_does_no_harm(plain: Path) -> None:
    beside = plain.with_stem("mine_edgetpu")
    beside.touch()
    assert pair_of(plain) == ModelPair(plain, None)
    beside.unlink()
    beside.mkdir()
    assert pair_of(plain) == ModelPair(plain, None)


def test_a_file_that_is_not_there_is_left_to_whoever_loads_it(tmp_path: Path, compiled: Path) -> None:
    assert pair_of(compiled.with_stem("mine")) == ModelPair(compiled.with_stem("mine"), compiled)
    assert pair_of(tmp_path / "none_edgetpu.tflite") == ModelPair(tmp_path / "none_edgetpu.tflite", None)


def test_real_files_are_told_apart(shared: SharedData) -> None:
    assert is_compiled(shared.path("models/movenet/movenet_single_pose_lightning_ptq_edgetpu.tflite"))
    assert not is_compiled(shared.path("models/movenet/movenet_single_pose_lightning_ptq.tflite"))
