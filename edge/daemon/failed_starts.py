"""A service that cannot start is started again and again by its manager; ever longer waits spare the log and the card.

systemd can make its waits grow since 254; what it counts there, hangs included, is another thing.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from edge.base.atomic_file import write_file
from edge.base.folders import given_runtime
from edge.base.text import one_line
from edge.errors import EdgeError, PackageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from edge.daemon.notify import ServiceManager

LONGEST_S = 60.0
_ENOUGH = 10
"""After so many the wait is the longest; two to the power of a week of them is more than a float holds."""
_NAME = "failed-starts"
_LONGEST_WHY = 600
_NO_REASON = "it ended without a word"


class Failed(NamedTuple):
    """How many starts have failed one after the other, and why the last one did."""

    times: int
    why: str


class FailedStarts:
    """Counts them in the service's ``RUNTIME_DIRECTORY``; without one, as in the foreground, nobody ever waits.

    A start has failed unless it ends well or :meth:`passed` is called: a library may end the process without a word.
    After a change of the ``settings`` the count begins anew: whoever has mended them need not wait.
    """

    def __init__(
        self, environ: Mapping[str, str], settings: Path | None, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        folder = given_runtime(environ)
        self._counter = folder / _NAME if folder else None
        self._settings = settings
        self._sleep = sleep

    @contextmanager
    def counted(self, manager: ServiceManager) -> Iterator[Failed]:
        """Wait, if the starts before have failed; count this one, if it fails, too. Gives those before."""
        failed = self._failed()
        if failed.times > 1:
            wait_s = min(2.0 ** min(failed.times, _ENOUGH), LONGEST_S)
            manager.status(
                f"the last {failed.times} starts have failed, the log says why; trying again in {wait_s:.0f} s"
            )
            self._sleep(wait_s)
        began_s = time.monotonic()
        self._count(failed.times + 1, _NO_REASON)
        try:
            yield failed
        except PackageError:  # which other settings would not mend
            self._count(*failed)
            raise
        except Exception as error:
            times = 1 if time.monotonic() - began_s > LONGEST_S else failed.times + 1
            self._count(times, str(error) if isinstance(error, EdgeError) else f"{type(error).__name__}: {error}")
            raise
        self._count(0)

    def passed(self) -> None:
        """This start has not failed: it has worked for a while."""
        self._count(0)

    def _failed(self) -> Failed:
        if self._counter is not None:
            with suppress(OSError, ValueError):
                times, version, why = self._counter.read_text(encoding="utf-8").split("\n")
                if version == self._version():
                    return Failed(int(times), why)
        return Failed(0, "")

    def _version(self) -> str:
        """Differs after a change of the settings. Not by comparing times: a Pi without a clock begins in the past."""
        with suppress(OSError):
            if self._settings is not None:
                state = self._settings.stat()
                return f"{state.st_ino} {state.st_mtime_ns}"
        return "none"

    def _count(self, failed: int, why: str = "") -> None:
        if self._counter:
            with suppress(OSError):  # then the waits do not grow
                told = f"{failed}\n{self._version()}\n{one_line(why, _LONGEST_WHY)}"
                write_file(self._counter, told.encode(errors="replace"))
