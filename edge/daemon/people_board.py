"""What one task's thread tells another: how many people are there."""

from __future__ import annotations

from typing import Protocol

from edge.tracking.presence import Presence, PresenceParameters


class Attendance(Protocol):
    """Knows whether anybody is there."""

    @property
    def is_anybody_there(self) -> bool:
        """Whether pose sees people, without flicker."""
        ...


class PeopleBoard:
    """Pose writes, others read. One thread writes; a reader sees a whole number, old or new."""

    def __init__(self) -> None:
        self._presence = Presence(PresenceParameters())

    @property
    def is_anybody_there(self) -> bool:
        """Whether pose sees people, without flicker."""
        return self._presence.present

    @property
    def count(self) -> int | None:
        """How many people are there, without flicker; None while that is not known."""
        return self._presence.count

    def tune(self, parameters: PresenceParameters) -> None:
        """Go on with other parameters."""
        self._presence.parameters = parameters

    def forget(self) -> None:
        """Begin anew: it is not known who is there."""
        self._presence.forget()

    def see(self, people: int, time_s: float) -> None:
        """Pose found so many people at ``time_s`` of the stream."""
        self._presence.update(people, time_s)
