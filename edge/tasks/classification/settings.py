"""The section of classification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.config.key import key
from edge.tasks.common import keys
from edge.tasks.common.settings import category_conflicts
from edge.types import Fit, Rotation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.config.conflict import Conflict
    from edge.config.sections import Settings


@dataclass(frozen=True, slots=True)
class ClassificationSettings:
    """[classification]: what the picture shows (EfficientNet-Lite)."""

    enabled: bool = keys.enabled()
    model: str = keys.model("efficientnet-lite0")
    device: str = keys.device()
    labels: str = keys.labels()
    threads: int = keys.threads()
    mean: tuple[float, ...] = key(
        (),
        "What is taken from each pixel (0..255) for a model with a float input, before it is divided by std: one number"
        " for all channels or three for R, G and B. Empty: what the model or the catalogue states, else 127.5; 0 where"
        " std is set.",
        low=-1000,
        high=1000,
        lengths=(0, 1, 3),
        allowed="a number from -1000 to 1000, or a list of three",
    )
    std: tuple[float, ...] = key(
        (),
        "What each pixel less mean is divided by, as for mean: 255 makes 0..1 of pixels, 1 leaves 0..255. What is given"
        " for pixels of 0..1 has to be multiplied by 255. Empty: as for mean; 1 where mean is set.",
        low=1,
        high=1000,
        lengths=(0, 1, 3),
        allowed="a number from 1 to 1000, or a list of three, for pixels of 0..255 (those for 0..1 times 255)",
    )
    input_size: tuple[int, ...] = key(
        (),
        "Height and width of the model's input, one number for a square, where the model leaves them open. Empty: what"
        " the model or the catalogue states.",
        low=8,
        high=2048,
        lengths=(0, 1, 2),
        allowed="a whole number from 8 to 2048, or a list of two",
    )
    fit: Fit = key(
        "stretch", "How a frame is fitted to the model.", choices=("letterbox", "stretch", "center_crop"), remote=True
    )
    max_results: int = keys.max_results()
    score_threshold: float = keys.category_score_threshold()
    allow: tuple[str, ...] = keys.allow()
    deny: tuple[str, ...] = keys.deny()
    region: tuple[float, ...] = keys.region()
    rotate: Rotation = key(
        0,
        "Degrees clockwise by which the region is turned before it is classified.",
        choices=(0, 90, 180, 270),
        remote=True,
    )
    display_names_locale: str = key(
        "en",
        "Language of display_name, where the model's metadata has it.",
        pattern="[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*",
        allowed="a language code such as en or pt-BR",
    )
    max_rate_hz: float = keys.max_rate_hz()


SECTION = ClassificationSettings


def conflicts(settings: Settings) -> Iterable[Conflict]:
    """Categories are allowed or denied."""
    return category_conflicts("classification", settings[ClassificationSettings])
