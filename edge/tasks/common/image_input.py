"""Writing a picture into a model's image input, straight into the tensor's memory where its type allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from edge.errors import ModelError
from edge.tasks.common.warping import Warper
from edge.types import FULL_FRAME, i420_planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge.runtime.model import Model, Tensor
    from edge.runtime.normalization import Normalization
    from edge.tasks.common.look import Look
    from edge.tasks.common.placement import Placement
    from edge.types import Box, FloatArray, Frame, ImageArray, Rotation

_SIGN_BIT = np.uint8(0x80)
_GREY = 127
_ROTATIONS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class StagedPicture(NamedTuple):
    """What a model will see: ``(height, width, 3) uint8`` RGB in the size of its input, and which pixels came where."""

    picture: ImageArray
    placement: Placement


class ImageInput:
    """The image input of a model: ``(1, [1,] height, width, 3)`` of uint8, int8, int32 or float32.

    Integer inputs take raw pixel bytes whatever scale and zero point the file states (int8: pixel - 128), float inputs
    ``(pixel - mean) / std``. Margins of a letterboxed picture are pixel value 0.

    ``area`` averages when shrinking (still pictures); otherwise resampling is linear (streams). With ``replicate`` what
    is warped goes on beyond the picture as at its edge and is warped quickly, see :class:`.warping.Warper`; else it is
    black there.

    Raises:
        ModelError: the tensor is no image.
    """

    def __init__(
        self, model: Model, tensor: Tensor, normalization: Normalization, *, area: bool, replicate: bool = False
    ) -> None:
        *batch, channels = (*tensor.shape[:-3], *tensor.shape[-1:])
        if len(tensor.shape) not in (4, 5) or channels != 3 or set(batch) != {1} or tensor.dtype.name not in _WRITERS:  # noqa: PLR2004
            raise ModelError(
                f"{model.path}: input '{tensor.name}' is {tensor.dtype.name} {list(tensor.shape)}, not an RGB image"
            )
        self.size: tuple[int, int] = (tensor.shape[-3], tensor.shape[-2])
        self._model = model
        self._tensor = tensor
        self._mean = _row(normalization.mean, self.size[1]) if any(normalization.mean) else None
        self._factor = _row([1 / one for one in normalization.std], self.size[1])
        self._area = area
        self._is_raw = tensor.dtype.name == "uint8"
        self._bytes: ImageArray = np.zeros((*self.size, 3), np.uint8)
        self._stages: list[ImageArray] = []
        self._warper = Warper(self.size, replicate=replicate, through_rgba=replicate)
        self._planes: ImageArray = np.empty((max(self.size) + 1) ** 2 * 3 // 2, np.uint8)
        self._small = self._small_picture(*self.size)

    def show(self, frame: Frame, look: Look) -> Placement:
        """Write what is looked at into the tensor; which pixels came where, before they were turned."""
        placement, hidden = self._place(frame, look)
        self.write(frame.image, placement, look.rotation, hidden)
        return placement

    def stage(self, frame: Frame, look: Look) -> StagedPicture:
        """As :meth:`show`, beside a run of the model: what :meth:`fill` brings into the tensor later.

        Of those, two are kept at a time.
        """
        if not self._stages:
            self._stages += (np.zeros((*self.size, 3), np.uint8) for _ in range(2))
        self._stages.reverse()
        picture = self._stages[0]
        placement, hidden = self._place(frame, look)
        self._draw(frame.image, placement, look.rotation, hidden, picture)
        return StagedPicture(picture, placement)

    def fill(self, staged: StagedPicture) -> None:
        """Write it into the tensor."""
        view = self._model.view(self._tensor).reshape(*self.size, 3)
        if self._is_raw:
            view[...] = staged.picture
        else:
            self._convert(staged.picture, view)

    def _place(self, frame: Frame, look: Look) -> tuple[Placement, list[tuple[slice, slice]]]:
        """Which pixels come where, and which of these are hidden."""
        placement = look.place(frame.size, turned(self.size, look.rotation))
        return placement, [placement.pixels_of(box, frame.size) for box in look.hidden]

    def write(
        self,
        image: ImageArray,
        placement: Placement,
        turn: Rotation = 0,
        hidden: Sequence[tuple[slice, slice]] = (),
    ) -> None:
        """Resample ``image``, RGB or I420 as in ``Frame.image``, into the tensor as the placement says.

        With a ``turn`` the placement is one for :func:`turned` of the size, and what it places is turned clockwise.
        ``hidden`` are rows and columns of what it places that become grey.
        """
        view = self._model.view(self._tensor).reshape(*self.size, 3)
        target = view if self._is_raw else self._bytes
        self._draw(image, placement, turn, hidden, target)
        if not self._is_raw:
            self._convert(target, view)

    def _draw(
        self,
        image: ImageArray,
        placement: Placement,
        turn: Rotation,
        hidden: Sequence[tuple[slice, slice]],
        target: ImageArray,
    ) -> None:
        if turn:
            lying = np.empty((*turned(self.size, turn), 3), np.uint8)
            self._resample(image, placement, lying)
            _hide(lying, hidden)
            cv2.rotate(lying, _ROTATIONS[turn], dst=target)
        else:
            self._resample(image, placement, target)
            _hide(target, hidden)

    def warp(self, image: ImageArray, matrix: FloatArray, bounds: Box = FULL_FRAME) -> None:
        """Resample any part of ``image`` into the tensor, linearly, as far as it lies within ``bounds`` of it.

        ``matrix`` is ``(2, 3)`` and takes x, y, 1 with 0..1 of the input to pixels of the picture, as that of a
        :class:`edge.tasks.common.detection.region.RotatedRegion` does.
        """
        view = self._model.view(self._tensor).reshape(*self.size, 3)
        target = view if self._is_raw else self._bytes
        self._warper.warp(image, matrix, target, bounds)
        if not self._is_raw:
            self._convert(target, view)

    def _resample(self, image: ImageArray, placement: Placement, target: ImageArray) -> None:
        x, y = placement.x, placement.y
        inside = target[y.target_begin : y.target_end, x.target_begin : x.target_end]
        _clear_margins(target, placement)
        if image.ndim == 2:  # noqa: PLR2004  # planes in one channel
            self._resample_planes(image, placement, inside)
        else:
            self._resize(image[y.source_begin : y.source_end, x.source_begin : x.source_end], inside)

    def _resample_planes(self, image: ImageArray, placement: Placement, inside: ImageArray) -> None:
        """Shrink the planes of an I420 picture, then turn the small ones to RGB.

        Luma, which carries the shapes, is placed to the pixel. Chroma has half as many: beside an odd edge or size it
        may be one pixel of luma off.
        """
        height, width = inside.shape[:2]
        if self._small[1].shape != (height, width):
            self._small = self._small_picture(height, width)
        small, small_luma, small_chroma = self._small
        luma, *chroma = i420_planes(image)
        x, y = placement.x, placement.y
        self._resize(luma[y.source_begin : y.source_end, x.source_begin : x.source_end], small_luma)
        down = slice(y.source_begin // 2, (y.source_end + 1) // 2)
        across = slice(x.source_begin // 2, (x.source_end + 1) // 2)
        for plane, shrunk in zip(chroma, small_chroma, strict=True):
            self._resize(plane[down, across], shrunk)
        if height % 2 or width % 2:
            inside[...] = cv2.cvtColor(small, cv2.COLOR_YUV2RGB_I420)[:height, :width]
        else:
            cv2.cvtColor(small, cv2.COLOR_YUV2RGB_I420, dst=inside)

    def _small_picture(self, height: int, width: int) -> tuple[ImageArray, ImageArray, list[ImageArray]]:
        """An I420 picture with room for so many pixels, of it the luma of those, and U and V."""
        rows, columns = (height + height % 2) * 3 // 2, width + width % 2
        small = self._planes[: rows * columns].reshape(rows, columns)
        luma, *chroma = i420_planes(small)
        return small, luma[:height, :width], chroma

    def _resize(self, source: ImageArray, target: ImageArray) -> None:
        """Resample ``source`` to the size of ``target``, into its memory."""
        height, width = target.shape[:2]
        shrinks = height < source.shape[0] and width < source.shape[1]
        interpolation = cv2.INTER_AREA if self._area and shrinks else cv2.INTER_LINEAR
        cv2.resize(source, (width, height), dst=target, interpolation=interpolation)

    def _convert(self, picture: ImageArray, view: NDArray[np.generic]) -> None:
        if view.dtype == np.int8:
            np.bitwise_xor(picture, _SIGN_BIT, out=view.view(np.uint8))
        elif view.dtype == np.int32:
            view[...] = picture
        else:
            rows = view.reshape(self.size[0], -1)
            np.copyto(rows, picture.reshape(rows.shape))
            if self._mean is not None:
                np.subtract(rows, self._mean, out=rows)
            np.multiply(rows, self._factor, out=rows)


_WRITERS = frozenset({"uint8", "int8", "int32", "float32"})


def _row(channels: Sequence[float], width: int) -> np.float32 | FloatArray:
    """One number for all channels, or those of each byte in a row: long rows are computed faster than short pixels."""
    return np.float32(channels[0]) if len(set(channels)) == 1 else np.tile(np.array(channels, np.float32), width)


def turned(size: tuple[int, int], turn: Rotation) -> tuple[int, int]:
    """Height and width of what has ``size`` after it was turned."""
    height, width = size
    return (height, width) if turn in {0, 180} else (width, height)


def _hide(target: ImageArray, parts: Sequence[tuple[slice, slice]]) -> None:
    for part in parts:
        target[part] = _GREY


def _clear_margins(target: ImageArray, placement: Placement) -> None:
    x, y = placement.x, placement.y
    if y.target_begin > 0 or y.target_end < target.shape[0]:
        target[: y.target_begin] = 0
        target[y.target_end :] = 0
    if x.target_begin > 0 or x.target_end < target.shape[1]:
        target[:, : x.target_begin] = 0
        target[:, x.target_end :] = 0
