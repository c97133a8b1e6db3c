"""Where TensorFlow is installed: the decoding in the graph reads what the targets say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.training.pose.crops import MIRRORED
from models.training.pose.targets import Targets, targets
from tests.training.pose.people import somebody

if TYPE_CHECKING:
    from models.training.pose.pictures import Person

tf = pytest.importorskip("tensorflow")

SIDE_PX = 96


def _answers(maps: Targets) -> list[object]:
    """What a network without fault would say for these targets."""
    from models.training.pose.loss import REGRESSION_UNIT_CELLS  # noqa: PLC0415  # needs TensorFlow

    def logits(heat: object) -> object:
        share = np.clip(np.asarray(heat), 1e-4, 1 - 1e-4)
        return np.log(share / (1 - share))

    values = (logits(maps.centre), logits(maps.keypoints), maps.regression / REGRESSION_UNIT_CELLS, maps.offsets)
    return [tf.constant(value, tf.float32)[None] for value in values]


def _mirrored(person: Person) -> Person:
    keypoints = person.keypoints[list(MIRRORED)]
    keypoints[:, 1] = SIDE_PX - keypoints[:, 1]
    top, left, bottom, right = person.box
    return replace(
        person, keypoints=keypoints, box=np.array((top, SIDE_PX - right, bottom, SIDE_PX - left), np.float32)
    )


def test_it_reads_what_the_targets_say() -> None:
    from models.training.pose.decode import decode  # noqa: PLC0415  # needs TensorFlow

    person = somebody(50, 40, 60)
    found = decode(*_answers(targets([person], SIDE_PX))).numpy()
    assert found.shape == (1, 1, 17, 3)
    assert found[0, 0, :, :2] * SIDE_PX == pytest.approx(person.keypoints[:, :2], abs=0.01)
    assert found[0, 0, :, 2] == pytest.approx(1, abs=0.01)


def test_of_two_it_takes_the_one_nearer_to_the_middle() -> None:
    from models.training.pose.decode import decode  # noqa: PLC0415  # needs TensorFlow

    aside, central = somebody(48, 14, 22), somebody(48, 55, 30)
    found = decode(*_answers(targets([aside, central], SIDE_PX))).numpy()[0, 0]
    assert found[:, :2] * SIDE_PX == pytest.approx(central.keypoints[:, :2], abs=0.01)


def test_of_several_each_is_read_the_rest_is_nobody() -> None:
    from models.training.pose.decode import decode_all  # noqa: PLC0415  # needs TensorFlow

    people = [somebody(48, 16, 30), somebody(48, 48, 60), somebody(48, 80, 30)]
    found = decode_all(*_answers(targets(people, SIDE_PX))).numpy()
    assert found.shape == (1, 6, 56)
    keypoints = found[0, :, :51].reshape(6, 17, 3)
    by_column = sorted(keypoints[:3], key=lambda one: float(one[:, 1].mean()))
    for one, person in zip(by_column, people, strict=True):
        assert one[:, :2] * SIDE_PX == pytest.approx(person.keypoints[:, :2], abs=0.01)
    assert keypoints[:3, :, 2].min() > 0.9
    assert not keypoints[3:, :, 2].any()


def test_the_box_is_around_the_keypoints_and_the_score_is_how_sure_the_centre_is() -> None:
    from models.training.pose.decode import decode_all  # noqa: PLC0415  # needs TensorFlow

    person = somebody(50, 40, 60)
    found = decode_all(*_answers(targets([person], SIDE_PX))).numpy()[0]
    places = person.keypoints[:, :2]
    assert found[0, 51:55] * SIDE_PX == pytest.approx([*places.min(axis=0), *places.max(axis=0)], abs=0.01)
    assert found[0, 55] == pytest.approx(1, abs=0.01)
    assert (found[1:, 55] < 0.5).all()


def test_the_mirror_image_says_the_same() -> None:
    from models.training.pose.decode import decode  # noqa: PLC0415  # needs TensorFlow
    from models.training.pose.mirrored import mean_of_both  # noqa: PLC0415  # needs TensorFlow

    person = somebody(50.5, 40.5, 60)
    both = [_answers(targets([one], SIDE_PX)) for one in (person, _mirrored(person))]
    maps = [tf.concat(pair, axis=0) for pair in zip(*both, strict=True)]
    found = decode(*mean_of_both(maps)).numpy()[0, 0]
    assert found[:, :2] * SIDE_PX == pytest.approx(person.keypoints[:, :2], abs=2.5)
