from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.training.pose.batches import Wanted, batches, lesson
from models.training.pose.looks import disguised
from models.training.pose.pictures import PICTURES_PER_SCENE, SIDES_PX, Picture, Shard, draw_scene, draw_shards

if TYPE_CHECKING:
    from pathlib import Path

SEED = 4


@pytest.fixture(scope="module")
def pictures() -> list[Picture]:
    return draw_scene(SEED)


@pytest.fixture(scope="module")
def shard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards")
    return draw_shards(folder, range(SEED, SEED + 1), processes=1)[0]


def test_a_scene_gives_the_same_pictures_each_time(pictures: list[Picture]) -> None:
    again = draw_scene(SEED)
    assert len(pictures) == PICTURES_PER_SCENE
    assert all((one.image == other.image).all() for one, other in zip(pictures, again, strict=True))


def test_every_other_scene_is_larger() -> None:
    assert draw_scene(SEED + 1)[0].image.shape[0] == SIDES_PX[(SEED + 1) % 2]


def test_masks_hold_the_visible_keypoints(pictures: list[Picture]) -> None:
    for picture in pictures:
        scale = picture.mask.shape[0] / picture.image.shape[0]
        for person in picture.people:
            seen = person.keypoints[person.keypoints[:, 2] == 2]
            rows, columns = (seen[:, :2] * scale).astype(int).T
            assert (picture.mask[rows, columns] > 0).mean() > 0.8
        assert (picture.mask > 0).mean() < 0.6


def test_shards_give_back_what_was_drawn(pictures: list[Picture], shard: Path) -> None:
    kept = Shard(shard)
    assert len(kept) == len(pictures)
    for number, drawn in enumerate(pictures):
        picture = kept[number]
        assert abs(picture.image.astype(int) - drawn.image).mean() < 5
        assert picture.mask.shape == picture.image.shape[:2]
        for person, truth in zip(picture.people, drawn.people, strict=True):
            assert (person.keypoints == truth.keypoints).all()
            assert (person.box == truth.box).all()


def test_shards_are_drawn_once(shard: Path) -> None:
    before = shard.stat().st_mtime_ns
    assert draw_shards(shard.parent, range(SEED, SEED + 1), processes=1) == [shard]
    assert shard.stat().st_mtime_ns == before


def test_lessons_are_the_same_for_the_same_seed_only(pictures: list[Picture]) -> None:
    one, same, other = (lesson(np.random.default_rng(seed), pictures[0], 64) for seed in (1, 1, 2))
    assert one[0].shape == (64, 64, 3)
    assert one[0].dtype == np.uint8
    assert (one[0] == same[0]).all()
    assert (one[1].keypoints == same[1].keypoints).all()
    assert (one[0] != other[0]).any()


def test_a_disguise_changes_the_looks_but_not_the_people(pictures: list[Picture]) -> None:
    drawn = pictures[0]
    small = Picture(np.ascontiguousarray(drawn.image[::2, ::2]), drawn.people, drawn.mask)
    for seed in range(20):
        found = disguised(np.random.default_rng(seed), small)
        assert found.image.shape == small.image.shape
        assert found.image.dtype == np.uint8
        assert found.people == small.people


def test_batches_come_from_a_process_of_their_own(shard: Path) -> None:
    wanted = Wanted((shard,), side_px=64, size=3, count=2, seed=1)
    found = list(batches(wanted))
    assert len(found) == 2
    images, maps = found[0]
    assert images.shape == (3, 64, 64, 3)
    assert [part.shape[-1] for part in maps] == [1, 17, 34, 17, 34, 17]
