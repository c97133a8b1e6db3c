"""How long models run, where one answer takes several runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.runtime.model import Model


class InvokeTimer:
    """Adds up the time in ``invoke()``, of several models if need be; what is around it is not counted."""

    def __init__(self) -> None:
        self._ns = 0

    def restart(self) -> None:
        """Begin with nothing."""
        self._ns = 0

    @property
    def total_ms(self) -> float:
        """How long models ran since :meth:`restart`."""
        return self._ns / 1e6

    def invoke(self, model: Model) -> None:
        """Run a model.

        Raises:
            ModelError: it failed.
        """
        started_ns = time.monotonic_ns()
        model.invoke()
        self._ns += time.monotonic_ns() - started_ns
