"""The environment in which tests run: none of what whoever runs them has set for other programs.

The tests' own variables, such as ``EDGE_TEST_DATA``, are read when their module is loaded, which is before.
"""

from __future__ import annotations

import fnmatch
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOREIGN = (
    # Of a service manager; see systemd.exec(5) and sd_notify(3).
    *("NOTIFY_SOCKET", "WATCHDOG_*", "LISTEN_*", "*_DIRECTORY", "JOURNAL_STREAM", "INVOCATION_ID", "SYSTEMD_*"),
    # Of a person: their own files, settings of programs of this kind, language and place.
    *("XDG_*", "EDGE_*", "MQTT_*", "LANG", "LANGUAGE", "LC_*", "TZ"),
    # Of a desktop, on which a window would open.
    *("DISPLAY", "WAYLAND_*", "SDL_*"),
    # Of a terminal, and of a network.
    *("COLUMNS", "LINES", "NO_COLOR", "*FORCE_COLOR", "FORCE_HYPERLINK", "TTY_*", "*_proxy", "*_PROXY"),
)


@contextmanager
def own_environment(home: Path) -> Iterator[None]:
    """Take what is foreign out of the environment inside the block; models and states are kept below ``home``.

    The command ``edge`` keeps its children from starting threads for numpy, and so do tests that start them themselves.
    """
    before = dict(os.environ)
    for name in filter(is_foreign, before):
        del os.environ[name]
    os.environ |= {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
    os.environ |= {"XDG_DATA_HOME": str(home / "data"), "XDG_STATE_HOME": str(home / "state")}
    yield
    os.environ.clear()
    os.environ.update(before)


def is_foreign(name: str) -> bool:
    """Whether programs under test shall not see a variable of whoever runs the tests."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in FOREIGN)
