"""A password: the first line of a file, read anew whenever it is needed."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge.base.regular_file import open_regular
from edge.base.url import MASK
from edge.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

SERVICE_USER = "edge"
"""The user of the service; who may change its settings says which file is sent where."""

_LONGEST_BYTES = 4096
_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Secret:
    """A file whose first line is a password; ``source`` says what names it.

    Where the settings do (``is_setting``), root reads only what the service could read, too: else whoever may change
    them could have ``sudo edge doctor`` send root's own files to a broker or a camera.
    """

    source: str
    path: Path
    is_setting: bool = False

    def read(self) -> str:
        """The password as the file has it now.

        Raises:
            ConfigError: the file is missing, unreadable or empty.
        """
        try:
            lines = self._content().splitlines()
            password = lines[0].decode("utf-8-sig").strip() if lines else ""  # Windows editors put a mark first
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{self.source}: cannot read {self.path} ({_reason(error)}); "
                "write the password on its first line and let the service's user read it"
            ) from error
        if not password:
            raise ConfigError(f"{self.source}: the first line of {self.path} is empty; write the password there")
        return password

    def _content(self) -> bytes:
        service = _service_user() if self.is_setting and os.geteuid() == 0 else None
        if service:
            return _read_as(service, self.path)
        with open_regular(self.path) as content:
            return content.read(_LONGEST_BYTES)


@dataclass(frozen=True, slots=True)
class KnownSecret:
    """A password that somebody who may read it has handed over."""

    password: str = field(repr=False)

    def read(self) -> str:
        """The password."""
        return self.password


def shown_secret_path(path: str) -> str:
    """The path of a password's file, to be shown.

    Where no file lies there, somebody may have written the password itself, so only folders that exist are shown.
    """
    if not path or _may_be(path):
        return path
    folder = path
    while folder and not _may_be(folder):
        folder = folder.rpartition("/")[0]
    return f"{folder}/{MASK}" if folder or path.startswith("/") else MASK


def _may_be(path: str) -> bool:
    """Whether such a file lies there, or may; in a folder that is closed to us there are files."""
    try:
        os.lstat(path)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _service_user() -> pwd.struct_passwd | None:
    """The user of the service, where that is installed."""
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        return None


def _read_as(user: pwd.struct_passwd, path: Path) -> bytes:
    """The first bytes of a file as far as ``user`` may read it, which the kernel knows best; raises ``OSError``."""
    try:
        done = subprocess.run(
            ["head", "-c", str(_LONGEST_BYTES), "--", path],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_LIMIT_S,
            # A process of that user can be looked into by all others of it: nothing of ours is in there, no terminal.
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            start_new_session=True,
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=os.getgrouplist(user.pw_name, user.pw_gid),
        )
    except subprocess.TimeoutExpired:
        raise OSError(f"it has no end within {_LIMIT_S:g} s") from None
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().rpartition(": ")[2]
        raise OSError(f"as the user {user.pw_name}: {reason}")
    return done.stdout


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else "not UTF-8 text"
