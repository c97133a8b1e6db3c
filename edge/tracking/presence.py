"""How many people are there, without flicker."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PresenceParameters:
    """A higher count is believed after ``enter_s``, a lower one after ``exit_s``."""

    enter_s: float = 0.3
    exit_s: float = 1.0


class Presence:
    """The number of people, changed only when it lasts.

    While more people than believed are reported the least of those counts is what lasts, and the other way round, so
    that a count that wavers between 2 and 3 is at least 2.
    """

    def __init__(self, parameters: PresenceParameters) -> None:
        self.parameters = parameters
        self.count = 0
        self._candidate = 0
        self._since_s: float | None = None

    @property
    def present(self) -> bool:
        """Whether anybody is there."""
        return self.count > 0

    def forget(self) -> None:
        """Nobody is there."""
        self.count, self._since_s = 0, None

    def update(self, people: int, time_s: float) -> int:
        """Take in how many are reported at ``time_s`` (growing); how many are there."""
        if people == self.count:
            self._since_s = None
            return self.count
        rises = people > self.count
        if self._since_s is None or rises != (self._candidate > self.count):
            self._since_s, self._candidate = time_s, people
        self._candidate = min(self._candidate, people) if rises else max(self._candidate, people)
        if time_s - self._since_s >= (self.parameters.enter_s if rises else self.parameters.exit_s):
            self.count, self._since_s = self._candidate, None
        return self.count
