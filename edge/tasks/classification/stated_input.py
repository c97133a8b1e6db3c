"""What the configuration states of a model's image input."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.normalization import Normalization

if TYPE_CHECKING:
    from edge.runtime.facts import ModelFacts
    from edge.runtime.model import Tensor

_ASSUMED = Normalization(mean=(127.5,), std=(127.5,))
"""-1..1, as MobileNet and EfficientNet-Lite were trained."""
_RAW = Normalization(mean=(0.0,), std=(1.0,))

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StatedInput:
    """The keys ``mean``, ``std`` and ``input_size`` of ``[classification]``, each empty where it is not set.

    ``mean`` and ``std`` are one number or three (R, G, B), in the scale of pixels 0..255; ``size`` is height and width,
    or one number for both.
    """

    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    size: tuple[int, ...] = ()

    def free_px(self, facts: ModelFacts) -> tuple[int, int]:
        """Height and width for an input that leaves either open.

        Raises:
            ModelError: neither the key nor the model nor the catalogue states it.
        """
        if self.size:
            return self.size[0], self.size[-1]
        if facts.input_px is None:
            raise ModelError(
                f"{facts.path}: the model takes pictures of any size and nothing states which is right for it; set "
                "classification.input_size to the height and width it was trained with, such as [224, 224]"
            )
        return facts.input_px

    def check_size(self, facts: ModelFacts, size: tuple[int, int]) -> None:
        """Refuse a key that contradicts the ``size`` the model has.

        Raises:
            ModelError: it does.
        """
        if self.size and (self.size[0], self.size[-1]) != size:
            raise ModelError(
                f"{facts.path}: the model takes pictures of {size[0]} by {size[1]} (height, width) and no others, but "
                f"classification.input_size is {list(self.size)}; set it to {list(size)}"
            )

    def normalization(self, facts: ModelFacts, image: Tensor) -> Normalization:
        """How the pixels for ``image`` are scaled: by the keys, the model's metadata, the catalogue, or -1..1.

        Raises:
            ModelError: the metadata is damaged.
        """
        is_set = bool(self.mean or self.std)
        if image.dtype.kind != "f":
            if is_set:
                _log.warning(
                    "%s takes the bytes of pictures as they are; classification.mean and classification.std are for "
                    "models with float inputs and are ignored",
                    facts.path,
                )
            return _RAW
        if is_set:
            return Normalization(mean=self.mean or (0.0,), std=self.std or (1.0,))
        stated = facts.normalization
        if stated is None:
            _log.warning(
                "%s: nothing states how its input is scaled, so -1..1 is assumed; where its results are wrong, set "
                "classification.mean and classification.std (0 and 255 for 0..1, 0 and 1 for 0..255)",
                facts.path,
            )
        return stated or _ASSUMED
