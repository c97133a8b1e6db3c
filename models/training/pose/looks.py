"""Changing how a picture looks, so that what is learnt does not hang on how the scene is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from models.training.pose.textures import Random, texture

if TYPE_CHECKING:
    from edge.types import ImageArray
    from models.training.pose.pictures import Mask, Picture

_FEATHER_PX = 3


def disguised(rng: Random, picture: Picture) -> Picture:
    """The same people before other backgrounds, behind other things, in other light, through another camera."""
    image = picture.image
    if rng.random() < 0.35:
        image = _clothed(rng, image, picture.mask)
        image = _before(image, picture.mask, texture(rng, image.shape[0]))
    if rng.random() < 0.15:
        image = _covered(rng, image)
    image = _lit(rng, image)
    return replace(picture, image=_seen(rng, image))


def _before(image: ImageArray, mask: Mask, background: ImageArray) -> ImageArray:
    soft = cv2.GaussianBlur(mask, (_FEATHER_PX, _FEATHER_PX), 0).astype(np.float32)[..., None] / 255
    return np.asarray(background + soft * (image.astype(np.float32) - background), np.uint8)


def _clothed(rng: Random, image: ImageArray, mask: Mask) -> ImageArray:
    """Something woven or dirty over the people: real cloth and skin are nowhere as even as drawn ones."""
    strength = float(rng.uniform(0, 0.5))
    over = texture(rng, image.shape[0]).astype(np.float32) - 128
    worn = image.astype(np.float32) + over * strength
    return np.asarray(np.where(mask[..., None] > 0, np.clip(worn, 0, 255), image), np.uint8)


def _covered(rng: Random, image: ImageArray) -> ImageArray:
    """Something in front: a few patches of another texture."""
    side = image.shape[0]
    image = image.copy()
    for _ in range(int(rng.integers(1, 4))):
        height, width = (int(side * rng.uniform(0.05, 0.3)) for _ in range(2))
        top, left = int(rng.integers(side - height)), int(rng.integers(side - width))
        patch = texture(rng, max(height, width))[:height, :width]
        area = image[top : top + height, left : left + width]
        if rng.random() < 0.5:
            shape = np.zeros((height, width), np.uint8)
            cv2.ellipse(shape, (width // 2, height // 2), (width // 2, height // 2), 0, 0, 360, 1, -1)
            patch = np.where(shape[..., None] > 0, patch, area)
        area[:] = patch
    return image


def _lit(rng: Random, image: ImageArray) -> ImageArray:
    """Brightness, contrast, gamma and a cast of each colour, by one table a channel; at times without colour."""
    steps = np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    gamma = np.exp(rng.normal(0, 0.25)) * np.exp(rng.normal(0, 0.06, 3))
    table = steps**gamma
    contrast, brightness = np.exp(rng.normal(0, 0.22)), rng.normal(0, 0.1)
    table = (table - 0.45) * contrast * np.exp(rng.normal(0, 0.1, 3)) + 0.45 + brightness + rng.normal(0, 0.03, 3)
    channels = np.asarray(np.clip(table * 255, 0, 255), np.uint8)
    lit = np.asarray(cv2.LUT(image, channels.reshape(256, 1, 3)), np.uint8)
    return _other_colours(rng, lit) if rng.random() < 0.4 else lit


def _other_colours(rng: Random, image: ImageArray) -> ImageArray:
    """Saturation and hue, by a matrix on the colours."""
    saturation = float(rng.choice((0.0, 0.5, 1.4)))
    turn = np.eye(3) * (1 - 0.25) + 0.25 * np.eye(3)[rng.permutation(3)]
    grey = np.full((3, 3), 1 / 3)
    matrix = turn @ (saturation * np.eye(3) + (1 - saturation) * grey)
    return np.asarray(cv2.transform(image, matrix.astype(np.float32)), np.uint8)


def _seen(rng: Random, image: ImageArray) -> ImageArray:
    """The lens, the sensor and the file: blur, fewer pixels, noise, JPEG."""
    if rng.random() < 0.25:
        image = np.asarray(cv2.GaussianBlur(image, (5, 5), float(rng.uniform(0.4, 1.6))), np.uint8)
    if rng.random() < 0.15:
        image = _coarse(image, float(rng.uniform(0.4, 0.8)))
    if rng.random() < 0.3:
        image = _noisy(rng, image)
    return _packed(image, int(rng.integers(20, 80))) if rng.random() < 0.25 else image


def _coarse(image: ImageArray, scale: float) -> ImageArray:
    side = image.shape[0]
    small = cv2.resize(image, (int(side * scale), int(side * scale)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (side, side)), np.uint8)


def _noisy(rng: Random, image: ImageArray) -> ImageArray:
    noise = rng.integers(-128, 128, image.shape, dtype=np.int8) // int(rng.integers(4, 24))
    return np.asarray(np.clip(image.astype(np.int16) + noise, 0, 255), np.uint8)


def _packed(image: ImageArray, quality: int) -> ImageArray:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
