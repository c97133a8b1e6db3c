"""How many people are there, without flicker."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PresenceParameters:
    """A first or higher count is believed after ``enter_s``, a lower one after ``exit_s``."""

    enter_s: float = 0.3
    exit_s: float = 1.0


class Presence:
    """The number of people, changed only when it lasts; ``count`` is None until one was believed.

    While more people than believed are reported the least of those counts is what lasts, and the other way round, so
    that a count that wavers between 2 and 3 is at least 2.
    """

    def __init__(self, parameters: PresenceParameters) -> None:
        self.parameters = parameters
        self.count: int | None = None
        self._candidate = 0
        self._rises = True
        self._since_s: float | None = None

    @property
    def present(self) -> bool:
        """Whether anybody is known to be there."""
        return bool(self.count)

    def forget(self) -> None:
        """Begin anew: it is not known who is there."""
        self.count, self._since_s = None, None

    def update(self, people: int, time_s: float) -> int | None:
        """Take in how many are reported at ``time_s`` (growing); how many are there."""
        if people == self.count:
            self._since_s = None
            return self.count
        rises = self.count is None or people > self.count
        if self._since_s is None or rises != self._rises:
            self._since_s, self._candidate, self._rises = time_s, people, rises
        self._candidate = min(self._candidate, people) if rises else max(self._candidate, people)
        if time_s - self._since_s >= (self.parameters.enter_s if rises else self.parameters.exit_s):
            self.count, self._since_s = self._candidate, None
        return self.count
