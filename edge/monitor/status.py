"""What a monitor tells of the appliance beside its picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from edge.types import Backend, CameraState, TaskName

BrokerState: TypeAlias = Literal["connected", "away", "off"]
"""``off``: the configuration wants none."""


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """How one task is doing.

    ``is_starter``: its model is one of the small ones that come with Edge; ``fallback_for`` is the configured one that
    it stands in for, because that is missing, else empty. ``is_failing``: its last frame had no result, or it is off.
    ``edgetpu_failed``: the CPU computes in the place of an EdgeTPU that has failed.
    """

    task: TaskName
    rate_hz: float
    latency_ms: float | None
    backend: Backend
    is_starter: bool = False
    fallback_for: str = ""
    is_paused: bool = False
    is_failing: bool = False
    edgetpu_failed: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong, in plain words: a title of a few words, and sentences with what to do.

    ``is_of_camera``: it says why there is no picture.
    """

    title: str
    text: str
    is_of_camera: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """The login that the appliance's own broker was given at its first boot."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Status:
    """How the appliance is doing, for whoever stands before it.

    ``addresses`` are those it can be reached at in the network, the best first, none where there is no network;
    ``temperature_c`` is None where unknown. ``login`` is there from the first boot until the next one.
    """

    device: str
    addresses: tuple[str, ...]
    camera_state: CameraState
    camera_fps: float
    tasks: tuple[TaskStatus, ...]
    broker: BrokerState
    temperature_c: float | None = None
    is_throttled: bool = False
    troubles: tuple[Trouble, ...] = ()
    login: Login | None = None
