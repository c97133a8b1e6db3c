"""Values at and beyond the ends of what a key may be: whatever is not refused has to work."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from edge.tasks.common.keys import DEVICE, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.schema import Key

_TINY = (5e-324, 1e-310, 1e-300, 1e-30, 1e-12)
_WILD = (math.inf, -math.inf, math.nan, 1e308, -1e308, -0.0, 10**400, 2**63)
_NAMES = ("red", "", "no such", "🦜", "x" * 10_000)


def extremes(key: Key) -> Iterator[object]:
    """Values of a key as TOML has them, the likely and the unlikely ends; many are refused."""
    if key.details.kind is REGION:
        yield from _regions()
    elif key.details.kind is DEVICE:
        yield from ("cpu", "edgetpu:usb:999", "auto", "edgetpu", "", "edgetpu:usb", "gpu")
    elif key.is_list and key.scalar is str:
        yield from ([], ["red"], list(_NAMES), ["red"] * 1000)
    elif key.is_list:
        for length in (1, 3):
            yield from ([one] * length for one in _numbers(key))
    elif key.details.choices:
        yield from key.details.choices
    elif key.scalar is bool:
        yield from (True, False)
    elif key.scalar is str:
        yield from _NAMES
    else:
        yield from _numbers(key)


def _numbers(key: Key) -> Iterator[float]:
    low, high = key.details.low, key.details.high
    assert low is not None
    assert high is not None
    if key.scalar is int:
        yield from (int(low), int(low) + 1, int(high) - 1, int(high), int(low) - 1, int(high) + 1, 2**63)
        return
    yield from (low, high, math.nextafter(low, math.inf), math.nextafter(high, -math.inf), (low + high) / 2)
    yield from (*_TINY, *_WILD)


def _regions() -> Iterator[list[float]]:
    for tiny in (*_TINY, 1e-3, 0.01, math.nan):
        yield from (
            [0, 0, tiny, 1],
            [0, 0, 1, tiny],
            [0, 0, tiny, tiny],
            [1 - tiny, 0, tiny, 1],
            [tiny, tiny, 0.5, 0.5],
        )
    yield from ([1.0, 1.0, 0.01, 0.01], [0.99, 0.99, 0.01, 0.01], [-0.0, -0.0, 1.0, 1.0], [0.0, 0.0, math.inf, 1.0])
    yield from map(list[float], product((0.0, 0.5), (0.0, 0.5), (0.01, 0.5), (0.01, 0.5)))
