"""What to say where a device that is asked for says nothing: it may have another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.config.words import closest
from edge.errors import BrokerError
from edge.messages.words import plain
from edge.watch.retained import devices_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.mqtt.broker_address import Address

SILENCE_S = 2.0
"""What is kept of a device comes at once; one of which nothing has come by then is not known."""
_MOST_NAMES = 10


def others_at(address: Address, base_topic: str) -> tuple[str, ...]:
    """The devices that the broker knows; none where it does not tell."""
    try:
        return devices_at(address, base_topic)
    except BrokerError:
        return ()


def absence(silent: Sequence[str], others: Sequence[str]) -> str:
    """A sentence on the devices ``silent``, where ``others`` are known."""
    told = f"nothing is known of {', '.join(map(plain, silent))}"
    guesses = dict.fromkeys(filter(None, (closest(name, others) for name in silent)))
    hint = f" (did you mean {', '.join(map(plain, guesses))}?)" if guesses else ""
    shown = [plain(name) for name in others if name not in silent]
    if not shown:
        return f"{told}{hint}; no other device is known at this broker either"
    more = f" and {len(shown) - _MOST_NAMES} more" if len(shown) > _MOST_NAMES else ""
    return f"{told}{hint}; at this broker are {', '.join(shown[:_MOST_NAMES])}{more}"
