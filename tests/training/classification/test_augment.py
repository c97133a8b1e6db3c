"""Variants of a picture: shape, range, and truth that goes along with the cut."""

from __future__ import annotations

import numpy as np

from models.training.classification.augment import plain, varied
from models.training.classification.labels import COVERED, DARK, ONE, inside
from models.training.classification.pictures import Picture

MARK = (0.4, 0.3)
"""y, x of a bright red spot, where all keypoints are."""


def spotted(label: int = ONE) -> Picture:
    image = np.full((168, 224, 3), 70, np.uint8)
    image[62:73, 62:73] = (255, 0, 0)
    people = np.full((4, 17, 2), np.nan, np.float32)
    people[0] = MARK
    return Picture(image, label, people, np.zeros(4, bool))


def test_variants_are_square_pictures() -> None:
    for seed in range(60):
        image = varied(np.random.default_rng(seed), spotted(), 64).image
        assert image.shape == (64, 64, 3)
        assert image.dtype == np.float32
        assert (image.min() >= 0, image.max() <= 255) == (True, True)


def test_keypoints_stay_on_what_they_mark() -> None:
    checked = 0
    for seed in range(100):
        variant = varied(np.random.default_rng(seed), spotted(), 96)
        redness = variant.image[..., 0] - variant.image[..., 1]
        if variant.label != ONE or redness.max() < 60:  # cut away, covered, grey or dim
            continue
        y, x = np.unravel_index(int(redness.argmax()), redness.shape)
        np.testing.assert_allclose(variant.people[0, 0] * 96, (y, x), atol=7)
        checked += 1
    assert checked > 40


def test_somebody_cut_away_is_gone() -> None:
    labels = []
    for seed in range(200):
        variant = varied(np.random.default_rng(seed), spotted(), 32)
        if variant.label != COVERED:
            assert (variant.label == ONE) == bool(inside(variant.people).any())
        labels.append(variant.label)
    assert {0, ONE, COVERED} <= set(labels)


def test_a_dark_room_stays_dark_and_dim_ones_are_brighter() -> None:
    dark = spotted(DARK)
    dark.image[...] //= 22

    for seed in range(50):
        rng = np.random.default_rng(seed)
        assert varied(rng, dark, 32).label == DARK
        variant = varied(rng, spotted(), 32)
        assert variant.label == COVERED or variant.image.mean() > 9


def test_the_same_generator_gives_the_same_variant() -> None:
    one, two = (varied(np.random.default_rng(5), spotted(), 48) for _ in range(2))

    np.testing.assert_array_equal(one.image, two.image)
    assert one.label == two.label


def test_the_plain_picture_is_the_whole_one_stretched() -> None:
    shown = plain(np.asarray(spotted().image, np.uint8), 100)

    assert shown[40, 30].tolist() == [255, 0, 0]
    assert shown[90, 90].tolist() == [70, 70, 70]
