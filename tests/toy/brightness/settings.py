"""The section of brightness."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edge.config.conflict import Conflict
from edge.config.key import key
from edge.tasks.common import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.sections import Settings


@dataclass(frozen=True, slots=True)
class BrightnessSettings:
    """[brightness]: how light it is."""

    enabled: bool = keys.enabled()
    model: str = keys.model(str(Path(__file__).with_name("light.tflite")))
    threads: int = keys.threads()
    dark_below: float = key(0.25, "Less than this of the lightest there can be is dark.", low=0, high=1, remote=True)
    bright_from: float = key(0.6, "From this on it is bright; between the two it is dim.", low=0, high=1, remote=True)
    max_rate_hz: float = keys.max_rate_hz()


SECTION = BrightnessSettings


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """What is bright cannot be dark."""
    own = settings[BrightnessSettings]
    if own.dark_below > own.bright_from:
        yield Conflict(
            "brightness.dark_below",
            "brightness.bright_from",
            f"must not be above brightness.bright_from ({own.bright_from:g}), or dark would be bright",
        )
