"""Which model runs on which EdgeTPU."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge.runtime.edgetpu.devices import EdgeTpu


@dataclass(frozen=True, slots=True)
class Claim:
    """What one model asks for.

    ``device`` is the name of the EdgeTPU that it has to be, as ``usb:1``; empty for any. ``path`` is that of the one it
    has now, empty without. One that ``waits`` has just lost its own, which may be back soon, and disturbs no other
    model until then.
    """

    device: str = ""
    path: str = ""
    waits: bool = False


Places: TypeAlias = "list[EdgeTpu | None]"


def assign(claims: Sequence[Claim], present: Sequence[EdgeTpu]) -> tuple[EdgeTpu | None, ...]:
    """The EdgeTPU of each claim; None without.

    A named one comes first; while that is not there, and for those that name none, each stays where it is. The others
    go where the fewest are. One is moved only where it would have a better place: two models more here than there.
    """
    places = [_kept(claim, present) for claim in claims]
    for number, claim in enumerate(claims):
        if places[number] is None and not claim.device:
            places[number] = _least_used(_open_to(claim, present, places), places)
    _balance(claims, present, places)
    return tuple(places)


def _kept(claim: Claim, present: Sequence[EdgeTpu]) -> EdgeTpu | None:
    named = (tpu for tpu in present if tpu.name == claim.device)
    own = (tpu for tpu in present if tpu.path == claim.path)
    return next(named, None) or next(own, None)


def _open_to(claim: Claim, present: Iterable[EdgeTpu], places: Places) -> list[EdgeTpu]:
    return [tpu for tpu in present if not (claim.waits and tpu in places)]


def _least_used(present: Sequence[EdgeTpu], places: Places) -> EdgeTpu | None:
    models = Counter(places)
    return min(present, key=lambda tpu: models[tpu], default=None)


def _balance(claims: Sequence[Claim], present: Sequence[EdgeTpu], places: Places) -> None:
    """Move models, last come first, from where they are two more than elsewhere."""
    for number in reversed(range(len(claims))):
        place, best = places[number], _least_used(present, places)
        if not claims[number].device and places.count(place) - places.count(best) > 1:
            places[number] = best
