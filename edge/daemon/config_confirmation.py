"""What is in force is confirmed once it has worked for a while: it is what the next start falls back on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from edge.daemon.probation import PROBATION_S
from edge.errors import EdgeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.config.store import ConfigStore
    from edge.daemon.probation import Probation

_log = logging.getLogger(__name__)


class Confirmation:
    """Has the configuration remembered after its probation; the first one ever as soon as it works.

    ``on_sound`` is called once, when all has worked for a while for the first time.
    """

    def __init__(self, probation: Probation, config_store: ConfigStore, on_sound: Callable[[], object]) -> None:
        self._probation = probation
        self._config_store = config_store
        self._on_sound = on_sound
        self._is_sound = False
        self._is_due = False

    def begin(self, *, is_whole: bool) -> None:
        """Something else is in force; ``is_whole``: all that the file says is, so that it may be remembered."""
        self._probation.begin()
        self._is_due = is_whole

    def look(self) -> None:
        """Confirm what has worked for long enough; to be called about every second."""
        worked_s = self._probation.worked_s()
        if not self._is_sound and worked_s >= PROBATION_S:
            self._is_sound = True
            self._on_sound()
        if self._is_due and worked_s >= 0 and (worked_s >= PROBATION_S or not self._config_store.remembers):
            self._is_due = False
            self._keep()

    def conclude(self) -> None:
        """Confirm the first one ever where all has ended well before it was looked at."""
        if self._is_due and self._probation.ended_well() and not self._config_store.remembers:
            self._keep()

    def _keep(self) -> None:
        try:
            self._config_store.keep()
        except (EdgeError, OSError) as error:
            _log.warning("the configuration is in force but could not be remembered for the next start: %s", error)
