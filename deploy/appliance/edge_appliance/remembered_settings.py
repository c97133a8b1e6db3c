"""The service's last good configuration, as the good version has left it.

A newer version may write settings that the older one does not know. The file of the person stays as it is; where the
older version cannot use it, it goes on with the last good configuration, which therefore must be one of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_appliance.durable_file import remove_durably, write_durably
from edge_appliance.regular_file import read_regular

if TYPE_CHECKING:
    from pathlib import Path

    from edge_appliance.system import System

FOLDER = "/var/lib/edge"
NAMES = ("last-good.toml", "refused.toml")
_AS_SERVICE = ("setpriv", "--reuid=edge", "--regid=edge", "--init-groups", "--no-new-privs", "--")
_PUT = 'cat >"$1.restored" && sync "$1.restored" && mv -fT "$1.restored" "$1"'


class RememberedSettings:
    """Copies of files in the service's own state folder, where the service may have put anything."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._folder = system.state / "settings"

    def remember(self) -> None:
        """Have copies of what the service has now; raises ``OSError``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            content = _read_left_behind(self._system.path(FOLDER) / name)
            if content is None:
                remove_durably(self._folder / name)
            else:
                write_durably(self._folder / name, content, mode=0o600)

    def restore(self) -> str:
        """Give the service back what was remembered, with no more rights than it has itself; what failed, else ""."""
        try:
            if not (self._folder / NAMES[0]).is_file():
                return ""
            failed = [self._restore(name) for name in NAMES]
        except OSError as error:  # a card that wears out
            return f"the settings of the version before could not be restored: {error}"
        return "; ".join(filter(None, failed))

    def _restore(self, name: str) -> str:
        kept, target = self._folder / name, str(self._system.path(FOLDER) / name)
        if kept.is_file():
            done = self._system.run(*_AS_SERVICE, "sh", "-c", _PUT, "sh", target, stdin=kept.read_bytes())
        else:
            done = self._system.run(*_AS_SERVICE, "rm", "-f", target)
        return "" if done.is_well else f"{target} could not be restored: {done.last_words}"


def _read_left_behind(path: Path) -> bytes | None:
    """A file of the service's; None where there is none, or it is a link, a pipe or too large."""
    try:
        return read_regular(path, follows_links=False)
    except OSError:
        return None
