"""What the status bar says, in words as long as there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from edge.overlay.style import SETTLED, TEXT, TEXT_MUTED

if TYPE_CHECKING:
    from edge.monitor.status import BrokerState, Status, TaskStatus
    from edge.overlay.style import Color
    from edge.types import CameraState

AMBER: Color = (255, 190, 84)
TIGHTNESSES = 3
"""How many ways there are to say all of it: in full words, in short ones, in the fewest letters."""
_WHOLE_FROM_HZ = 9.95
_BACKENDS = {"cpu": "CPU", "edgetpu": "EdgeTPU"}
_CAMERA: dict[CameraState, str] = {"starting": "starting", "retrying": "lost", "ended": "ended"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A few letters of one colour; what changes has room for ``widest``, so that nothing beside it moves."""

    text: str
    color: Color = TEXT
    widest: str = ""


Segment: TypeAlias = tuple[Piece, ...]
"""Pieces that stay together on one line, a space between each two."""


@dataclass(frozen=True, slots=True)
class Words:
    """All that the bar says: who it is and where it is found, how the appliance is doing, how each task is."""

    identity: tuple[Segment, ...]
    health: tuple[Segment, ...]
    tasks: tuple[Segment, ...]


def words_of(status: Status) -> tuple[Words, ...]:
    """What is to be said, in each tightness."""
    return tuple(
        Words(tuple(_identity(status)), tuple(_health(status, tightness)), tuple(_tasks(status, tightness)))
        for tightness in range(TIGHTNESSES)
    )


def _identity(status: Status) -> list[Segment]:
    """Who it is and where it is found."""
    address = Piece(status.addresses[0], TEXT) if status.addresses else Piece("no network", AMBER)
    return [(Piece(status.device, SETTLED),), (address,)]


def _health(status: Status, tightness: int) -> list[Segment]:
    """How the camera, the board and the link to the broker are doing."""
    segments = [_camera(status, tightness)]
    if status.temperature_c is not None:
        segments.append(_temperature(status.temperature_c, tightness, is_throttled=status.is_throttled))
    return [*segments, _broker(status.broker, tightness)]


def _tasks(status: Status, tightness: int) -> list[Segment]:
    """How each task is doing; in the fewest letters a backend that all have is said once."""
    backends = {(task.backend, task.edgetpu_failed) for task in status.tasks}
    is_shared = tightness == TIGHTNESSES - 1 and len(backends) == 1 and len(status.tasks) > 1
    segments = [_task(task, tightness, names_backend=not is_shared) for task in status.tasks]
    if is_shared:
        segments[-1] = (*segments[-1], _backend(status.tasks[0]))
    return segments


def _camera(status: Status, tightness: int) -> Segment:
    state = _CAMERA.get(status.camera_state)
    word = Piece("camera" if tightness < TIGHTNESSES - 1 else "cam", TEXT_MUTED)
    if state is not None:
        return (word, Piece(state, AMBER))
    return (word, Piece(f"{status.camera_fps:.0f} fps", TEXT, "00 fps"))


def _temperature(celsius: float, tightness: int, *, is_throttled: bool) -> Segment:
    degrees = f"{celsius:.0f} °C" if tightness < TIGHTNESSES - 1 else f"{celsius:.0f}°"
    if not is_throttled:
        return (Piece(degrees, TEXT),)
    return (Piece(f"⚠ {degrees} {('slowed down', 'slowed', 'slow')[tightness]}", AMBER),)


def _broker(state: BrokerState, tightness: int) -> Segment:
    if state == "off":
        return (Piece(("no broker", "no broker", "no mqtt")[tightness], TEXT_MUTED),)
    is_up = state == "connected"
    word = ("broker", "broker", "mqtt")[tightness]
    shown = ("connected", "on", "on")[tightness] if is_up else "away"
    color = SETTLED if is_up else AMBER
    return (Piece("●" if is_up else "○", color), Piece(word, TEXT_MUTED), Piece(shown, TEXT if is_up else AMBER))


def _task(task: TaskStatus, tightness: int, *, names_backend: bool) -> Segment:
    name = Piece(task.task, TEXT_MUTED)
    if task.is_paused:
        return (name, Piece("paused", AMBER))
    if not task.rate_hz:
        return (name, Piece("no results", AMBER) if task.is_failing else Piece("idle"))
    is_tight = tightness == TIGHTNESSES - 1
    pieces = [name, _backend(task)] if names_backend else [name]
    pieces.append(Piece(_rate(task.rate_hz, is_tight=is_tight), TEXT, "0.0/s" if is_tight else "0.0 fps"))
    if task.latency_ms is not None:
        pieces.append(Piece(_duration(task.latency_ms, is_tight=is_tight), TEXT, "00ms" if is_tight else "000 ms"))
    return tuple(pieces)


def _backend(task: TaskStatus) -> Piece:
    return Piece(_BACKENDS[task.backend], AMBER if task.edgetpu_failed else TEXT_MUTED)


def _rate(rate_hz: float, *, is_tight: bool) -> str:
    number = f"{rate_hz:.0f}" if rate_hz >= _WHOLE_FROM_HZ else f"{rate_hz:.1f}"
    return f"{number}/s" if is_tight else f"{number} fps"


def _duration(duration_ms: float, *, is_tight: bool) -> str:
    space = "" if is_tight else " "
    if duration_ms < 999.5:  # noqa: PLR2004 - what is rounded to four digits is said in seconds
        return f"{duration_ms:.0f}{space}ms"
    return f"{duration_ms / 1000:.1f}{space}s"
