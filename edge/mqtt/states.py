"""The last value of each retained topic."""

from __future__ import annotations


class RetainedStates:
    """Keeps the newest payload of each topic, and which of them the broker has to be given (again).

    For one thread.
    """

    def __init__(self) -> None:
        self._payloads: dict[str, bytes] = {}
        self._due: dict[str, None] = {}  # in the order they became due
        self._unsent: set[str] = set()

    def put(self, name: str, payload: bytes) -> bool:
        """Keep a newer value; False when the one before was never sent and now never will be."""
        replaced = name in self._unsent
        self._payloads[name] = payload
        self._unsent.add(name)
        self._due[name] = None
        return not replaced

    def renew(self) -> None:
        """Have all of them sent again."""
        self._due.update(dict.fromkeys(self._payloads))

    def next(self) -> tuple[str, bytes] | None:
        """The topic that has been due for longest, and its value; None when nothing is due."""
        name = next(iter(self._due), None)
        return None if name is None else (name, self._payloads[name])

    def sent(self, name: str) -> bool:
        """Its value was handed over; True when that was for the first time."""
        del self._due[name]
        first = name in self._unsent
        self._unsent.discard(name)
        return first
