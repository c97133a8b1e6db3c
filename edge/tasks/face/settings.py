"""The section of face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from edge.config.key import key
from edge.tasks.common import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.config.conflict import Conflict
    from edge.config.sections import Settings

Range: TypeAlias = Literal["short", "full"]
Published: TypeAlias = Literal["key_points", "mesh"]


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """[face]: faces with key points and meshes (MediaPipe's). No face is recognised; only a trace holds any."""

    enabled: bool = keys.enabled(default=False)
    model: str = keys.model("mediapipe-face")
    device: str = keys.device()
    threads: int = keys.threads()
    range: Range = key(
        "short",
        "Which detector looks for faces: short is fast and made for about two metres, full for about five.",
        choices=("short", "full"),
        remote=True,
    )
    max_faces: int = key(
        1,
        "At most this many faces are followed; each costs a run of the landmark model a frame. The detector rests while"
        " so many are there.",
        low=1,
        high=10,
        remote=True,
    )
    presence_threshold: float = key(
        0.5,
        "A face is there as long as its landmark model is so sure of it.",
        low=0.05,
        high=1,
        remote=True,
    )
    publish: Published = key(
        "key_points",
        "What messages say of a face beside its box: key_points are six by name, mesh adds all 468 or 478 points.",
        choices=("key_points", "mesh"),
        remote=True,
    )
    max_rate_hz: float = keys.max_rate_hz()
    region: tuple[float, ...] = keys.region()

    @property
    def unused_parts(self) -> tuple[Range, ...]:
        """Roles of a model's files that are not needed: the detectors of other ranges."""
        return tuple(one for one in get_args(Range) if one != self.range)


SECTION = FaceSettings


def conflicts(_settings: Settings) -> Iterable[Conflict]:
    """Its keys agree with each other whatever they are."""
    return ()
