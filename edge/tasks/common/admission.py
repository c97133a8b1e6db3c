"""Whether a frame's time has come."""

from __future__ import annotations

from typing import NamedTuple


class Admission(NamedTuple):
    """What to do with a frame: feed it (``due``), after forgetting everything (``restart``); see ``warming_up``.

    ``deserted``: it is known that nobody is there, so that nobody does anything.
    """

    due: bool
    restart: bool = False
    warming_up: bool = False
    deserted: bool = False
