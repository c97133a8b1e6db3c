"""The login that the appliance's own broker was given at its first boot, while that is to be shown."""

from __future__ import annotations

import logging
from pathlib import Path

from edge.base.limited_log import LimitedLog
from edge.base.regular_file import open_no_link, read_at_most
from edge.monitor.status import Login

LOGIN_FILE = Path("/run/edge-appliance/login")
"""Two lines, user and password; written by edge-appliance at the first boot, and gone with the next."""
_MOST_BYTES = 512


class FirstBootLogin:
    """Reads the file anew whenever it is asked; the password stands in no line of the log."""

    def __init__(self, path: Path = LOGIN_FILE) -> None:
        self._path = path
        self._lines = LimitedLog(logging.getLogger(__name__), burst=1)

    def read(self) -> Login | None:
        """The login; None where there is no such file, or it cannot be used, which is logged."""
        try:
            return _login_in(read_at_most(self._path, _MOST_BYTES, open_no_link))
        except FileNotFoundError:
            return None
        except OSError as error:
            why = error.strerror or str(error)
        except ValueError:  # whose words would be those of the file
            why = "it is not two lines of text, user and password"
        self._lines.log(logging.WARNING, "%s cannot be shown on the monitor: %s", self._path, why)
        return None


def _login_in(content: bytes) -> Login:
    """Raises ``ValueError`` for anything but two lines of text."""
    user, password = content.decode().splitlines()
    if not all(line.strip() and line.isprintable() for line in (user, password)):
        raise ValueError
    return Login(user, password)
