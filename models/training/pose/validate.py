"""How good the network is on pictures it has not learnt from, while it is in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from edge.tracking.geometry import oks
from models.training.pose.crops import around, crop
from models.training.pose.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.training.pose.pictures import Person, Picture

_TOGETHER = 8
_SEEN_FROM = 3


def mean_oks(network: Any, pictures: Iterable[Picture], side_px: int) -> float:
    """Mean similarity of what is found in the square around the first person of each picture to the truth."""
    seen = [crop(picture, around(picture.people[0]), side_px) for picture in pictures if _shows_somebody(picture)]
    forward = tf.function(lambda x: network(x, training=False))
    decoded = tf.function(decode)
    similar: list[float] = []
    for start in range(0, len(seen), _TOGETHER):
        part = seen[start : start + _TOGETHER]
        maps = forward(tf.constant(np.stack([picture.image for picture in part]).astype(np.float32) / 255))
        for number, picture in enumerate(part):
            found = decoded(*(values[number : number + 1] for values in maps)).numpy()[0, 0]
            similar.append(similarity(picture.people[0], found * (side_px, side_px, 1)))
    return float(np.mean(similar))


def _shows_somebody(picture: Picture) -> bool:
    return bool(picture.people) and int((picture.people[0].keypoints[:, 2] > 1).sum()) >= _SEEN_FROM


def similarity(person: Person, found: Any) -> float:
    """OKS over the keypoints inside the picture, hidden ones too; the area is that of the person's box."""
    top, left, bottom, right = person.box.tolist()
    found = np.array(found, np.float32)
    found[:, 2] = 2
    return oks(person.keypoints, found, (bottom - top) * (right - left), min_score=1)
