"""What became of a reload, for whoever asked for it: ``systemctl reload`` may return before that is known."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from edge.base.atomic_file import replacing
from edge.base.folders import given_runtime
from edge.base.regular_file import open_no_link, read_at_most
from edge.base.safe_file import in_folder
from edge.base.text import printable, printable_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_NAME = "reload"
_POLL_S = 0.1
_MOST_BYTES = 4096
_LONGEST_REFUSAL = 600


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The keys that are in force now, those that wait for a restart, and why nothing changed: empty where it did."""

    applied: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    refused: str = ""


class ReloadOutcome:
    """A file in the service's runtime folder; where there is no such folder nothing is told, and nothing known."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / _NAME if folder else None

    @classmethod
    def of_service(cls, environ: Mapping[str, str]) -> ReloadOutcome:
        """The one to be told, by the service itself."""
        return cls(given_runtime(environ))

    def tell(self, reloaded: Reloaded) -> None:
        """A reload is over."""
        if self._file:
            with suppress(OSError):  # then it is not known
                cut = replace(reloaded, refused=reloaded.refused[:_LONGEST_REFUSAL])
                told = json.dumps(asdict(cut), ensure_ascii=False).encode(errors="replace")
                with in_folder(self._file) as target, replacing(target) as file:
                    os.fchmod(file.fileno(), 0o644)  # whoever may ask
                    file.write(told)

    def after(self, ask: Callable[[], object], timeout_s: float) -> Reloaded | None:
        """Ask for a reload, and what came of it; None: not known in time."""
        before = self._told()
        ask()
        deadline_s = time.monotonic() + timeout_s
        while self._file and self._file.parent.is_dir() and time.monotonic() < deadline_s:
            if self._told() != before:
                return _read(self._file)
            time.sleep(_POLL_S)
        return None

    def _told(self) -> tuple[int, int] | None:
        with suppress(OSError):
            if self._file:
                stat = self._file.lstat()
                return stat.st_ino, stat.st_mtime_ns
        return None


def _read(file: Path) -> Reloaded:
    """What was told. The folder is the service's, and root reads: anything may lie there."""
    try:
        told = json.loads(read_at_most(file, _MOST_BYTES, open_no_link))
        applied, waiting = (tuple(printable(str(name)) for name in told[part]) for part in ("applied", "waiting"))
        return Reloaded(applied, waiting, printable_lines(str(told["refused"])))
    except OSError as error:
        why = error.strerror
    except (ValueError, TypeError, KeyError, RecursionError):
        why = "it is not what the service writes"
    return Reloaded(refused=f"what it says of that cannot be read ({why}); see systemctl status edge")
