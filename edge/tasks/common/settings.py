"""The sections that all tasks share, and what the sections of several tasks have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from edge.config.conflict import Conflict
from edge.config.key import key
from edge.runtime.device_choice import ALLOWED_DEVICES, DEVICE_PATTERN
from edge.tasks.common.keys import DEVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.sections import Settings


class CategorySettings(Protocol):
    """What is chosen of the categories that a task finds."""

    @property
    def max_results(self) -> int:
        """At most so many; -1 for all."""
        ...

    @property
    def score_threshold(self) -> float:
        """The least score."""
        ...

    @property
    def allow(self) -> tuple[str, ...]:
        """Only these; empty for all."""
        ...

    @property
    def deny(self) -> tuple[str, ...]:
        """Never these."""
        ...


@dataclass(frozen=True, slots=True)
class InferenceSettings:
    """[inference]: what all tasks share."""

    threads: int = key(
        4, "CPU threads of the whole daemon, shared among the enabled tasks.", low=1, high=16, live=False
    )
    device: str = key(
        "auto",
        "Where models are computed: auto uses a Coral EdgeTPU where one is attached and the model is there for it, else"
        " the CPU; edgetpu does so too, but says when the CPU has to; edgetpu:usb:0 and edgetpu:pci:0 name one of"
        " several. Models that have no variant for the EdgeTPU run on the CPU.",
        pattern=DEVICE_PATTERN,
        allowed=ALLOWED_DEVICES,
        kind=DEVICE,
        remote=True,
    )
    fallback_to_starter: bool = key(
        True, "While a task's model is not in the model store, run the starter model that comes with Edge."
    )


@dataclass(frozen=True, slots=True)
class TrackingSettings:
    """[tracking]: how results are steadied. All times in seconds, never in frames."""

    smoothing: bool = key(True, "Smooth places and scores of keypoints.", remote=True)
    min_cutoff_hz: float = key(
        1.2, "Cut-off for a still keypoint; lower is steadier, but slower to follow.", low=0.01, high=60, remote=True
    )
    beta: float = key(
        20.0,
        "How fast the cut-off grows with speed (person sizes a second); higher lags less.",
        low=0,
        high=1000,
        remote=True,
    )
    derivative_cutoff_hz: float = key(2.0, "Cut-off of the estimate of that speed.", low=0.01, high=60, remote=True)
    noise_speed: float = key(
        0.2,
        "Person sizes a second; what seems slower is taken for shaking, but on a person who moves.",
        low=0,
        high=10,
        remote=True,
    )
    jump_speed: float = key(
        1.2,
        "Person sizes a second by which a keypoint may gain speed from one frame to the next, twice that on a person"
        " who moves; what jumps is held back.",
        low=0.01,
        high=100,
        remote=True,
    )
    dead_band: float = key(
        1.0,
        "Steps of the model (0.004 of the crop with MoveNet Lightning int8) within which a still keypoint stays put.",
        low=0,
        high=10,
        remote=True,
    )
    score_window_s: float = key(
        0.2,
        "Time constant of the average of scores; with smoothing off they are not averaged.",
        low=0,
        high=10,
        remote=True,
    )
    keypoint_enter: float = key(0.3, "A keypoint is seen from this score on.", low=0, high=1, remote=True)
    keypoint_exit: float = key(
        0.15, "A seen keypoint is lost below this score, after keypoint_hold_s.", low=0, high=1, remote=True
    )
    keypoint_hold_s: float = key(
        0.3,
        "A seen keypoint is lost when its score has been below keypoint_exit for longer.",
        low=0,
        high=10,
        remote=True,
    )
    crop_slack: float = key(
        0.02,
        "The crop is held, but for a sway of 4 %, while the person needs another by less than this share of its side.",
        low=0,
        high=0.5,
        remote=True,
    )
    crop_hold_s: float = key(
        0.3, "A lost person is looked for in the same place so long, then everywhere.", low=0, high=10, remote=True
    )
    max_gap_s: float = key(
        1.0,
        "A person unseen for longer is forgotten, and somebody new when seen again; the filters begin anew after"
        " 0.6 s.",
        low=0.05,
        high=60,
        remote=True,
    )
    presence_enter_s: float = key(
        0.3, "More people, and the first count, are believed when seen so long.", low=0, high=60, remote=True
    )
    presence_exit_s: float = key(1.0, "Fewer people are believed when seen so long.", low=0, high=3600, remote=True)
    label_window_s: float = key(1.0, "Time constant of the label consensus.", low=0, high=60, remote=True)
    label_enter: float = key(
        0.5, "A label settles when its consensus score is the highest and reaches this.", low=0, high=1, remote=True
    )
    label_exit: float = key(
        0.3, "A settled label is dropped when its consensus score falls below this.", low=0, high=1, remote=True
    )
    label_hold_s: float = key(1.0, "A settled label stays at least this long.", low=0, high=3600, remote=True)


def tracking_conflicts(settings: Settings) -> Iterator[Conflict]:
    """What leaves must not do so above where it enters."""
    tracking = settings[TrackingSettings]
    if tracking.label_exit > tracking.label_enter:
        yield Conflict(
            "tracking.label_exit",
            "tracking.label_enter",
            f"must not be above tracking.label_enter ({tracking.label_enter:g}), or a label would leave as it enters",
        )
    if tracking.keypoint_exit > tracking.keypoint_enter:
        yield Conflict(
            "tracking.keypoint_exit",
            "tracking.keypoint_enter",
            f"must not be above tracking.keypoint_enter ({tracking.keypoint_enter:g}), or a keypoint would be"
            " lost as it is seen",
        )


def category_conflicts(section: str, own: CategorySettings) -> Iterator[Conflict]:
    """Categories are allowed or denied."""
    if own.allow and own.deny:
        yield Conflict(
            f"{section}.deny", f"{section}.allow", f"cannot be used with {section}.allow; empty one of the two"
        )
