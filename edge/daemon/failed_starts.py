"""A service that cannot start is started again and again by its manager; ever longer waits spare the log and the card.

systemd can make its waits grow since 254; what it counts there, hangs included, is another thing.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from edge.daemon.notify import ServiceManager

LONGEST_S = 60.0
_NAME = "failed-starts"


class FailedStarts:
    """Counts them in the service's ``RUNTIME_DIRECTORY``; without one, as in the foreground, nobody ever waits.

    After a change of the ``settings`` the count begins anew: whoever has mended them need not wait.
    """

    def __init__(
        self, environ: Mapping[str, str], settings: Path | None, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        folder = environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        self._counter = Path(folder) / _NAME if folder else None
        self._settings = settings
        self._sleep = sleep

    @contextmanager
    def counted(self, manager: ServiceManager) -> Iterator[None]:
        """Wait, if the starts before have failed; count this one, if it fails, too."""
        failed = self._failed()
        if failed > 1:
            wait_s = min(2.0**failed, LONGEST_S)
            manager.status(f"the last {failed} starts have failed, the log says why; trying again in {wait_s:.0f} s")
            self._sleep(wait_s)
        began_s = time.monotonic()
        try:
            yield
        except Exception:
            self._count(1 if time.monotonic() - began_s > LONGEST_S else failed + 1)
            raise
        self._count(0)

    def _failed(self) -> int:
        counter, settings = self._counter, self._settings
        if counter is None:
            return 0
        with suppress(OSError, ValueError):
            if settings is None or settings.stat().st_mtime_ns < counter.stat().st_mtime_ns:
                return int(counter.read_text())
        return 0

    def _count(self, failed: int) -> None:
        if self._counter:
            with suppress(OSError):  # then the waits do not grow
                self._counter.write_text(str(failed))
