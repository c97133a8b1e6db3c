"""Publishers at work."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.mqtt.publisher import Publisher


@contextmanager
def running(publisher: Publisher) -> Iterator[Publisher]:
    """Started, and stopped with the block."""
    publisher.start()
    try:
        yield publisher
    finally:
        publisher.stop()
