"""What one task's thread tells another: how many people are there."""

from __future__ import annotations

from edge.tracking.presence import Presence, PresenceParameters


class Occupancy:
    """Pose writes, others read. One thread writes; a reader sees a whole number, old or new."""

    def __init__(self) -> None:
        self._presence = Presence(PresenceParameters())
        self._is_watched = False

    @property
    def may_anybody_be_there(self) -> bool:
        """Whether pose sees people, without flicker, or does not look: then nobody knows that there is no one."""
        return self._presence.present or not self._is_watched

    @property
    def count(self) -> int | None:
        """How many people are there, without flicker; None while that is not known."""
        return self._presence.count

    def tune(self, parameters: PresenceParameters) -> None:
        """Go on with other parameters."""
        self._presence.parameters = parameters

    def watch(self) -> None:
        """Pose begins to look."""
        self._is_watched = True

    def leave(self) -> None:
        """Pose looks no more, until it sees again."""
        self._is_watched = False
        self.forget()

    def forget(self) -> None:
        """Begin anew: it is not known who is there."""
        self._presence.forget()

    def see(self, people: int, time_s: float) -> None:
        """Pose found so many people at ``time_s`` of the stream."""
        self._presence.update(people, time_s)
        self._is_watched = True
