"""Fetching one file over HTTP: in attempts that go on where the last one ended."""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from edge import __version__
from edge.base.regular_file import open_regular, read_at_most
from edge.errors import ModelError
from edge.runtime.store.address import Redirects, check_address
from edge.runtime.store.incoming import LIMIT_BYTES, follow_no_link, new_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Progress: TypeAlias = "Callable[[int, int], None]"
"""Called with the bytes that are here and the bytes there will be, 0 where unknown."""

_BLOCK_BYTES = 1 << 16
_MOST_NOTE_BYTES = 1 << 16
_TRY_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_RANGE_BEYOND_END = 416
_PARTIAL = 206
_EXTENT = re.compile(r"bytes ([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to wait for a server: ``timeout_s`` to connect and between two bytes; ``pause_s`` doubles each time."""

    timeout_s: float = 20.0
    attempts: int = 5
    pause_s: float = 1.0


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file to fetch. ``size_bytes`` is 0 where unknown; ``is_pinned`` says that wrong bytes would be noticed."""

    url: str
    size_bytes: int = 0
    is_pinned: bool = False


class NotThereError(ModelError):
    """The server answers, and has no such file."""


class _InterruptedError(Exception):
    """The attempt failed in a way that may pass."""


class Downloader:
    """Fetches files; keeps what has arrived of one in its part file, with a note beside on what it is the part of."""

    def __init__(
        self, retry_policy: RetryPolicy | None = None, tell: Callable[[str], None] = lambda _words: None
    ) -> None:
        """``tell`` hears, in words, of each attempt that failed and will be made again."""
        self._retry_policy = retry_policy or RetryPolicy()
        self._tell = tell
        self._opener = urllib.request.build_opener(Redirects())

    def fetch(self, remote: RemoteFile, part: Path, progress: Progress) -> None:
        """Complete ``part``. It is as long as the server says, and no more is known of it than that.

        Raises:
            NotThereError: the server has no such file.
            ModelError: it could not be fetched; the part stays for the next time, unless it is useless.
            OSError: the disk is full or broken.
        """
        check_address(remote.url)
        reason = ""
        for attempt in range(self._retry_policy.attempts):
            if attempt:
                pause_s = self._retry_policy.pause_s * 2 ** (attempt - 1)
                self._tell(f"{reason}; attempt {attempt + 1} of {self._retry_policy.attempts} in {pause_s:g} s")
                time.sleep(pause_s)
            try:
                self._attempt(remote, part, progress)
            except _InterruptedError as error:
                reason = str(error)
            except OSError:
                discard(part)  # a full disk needs the room
                raise
            else:
                return
        kept = f"{_size(part):,} bytes are kept, the same command goes on from there" if _size(part) else "try later"
        raise ModelError(f"{remote.url}: {reason}; gave up after {self._retry_policy.attempts} attempts, {kept}")

    def _attempt(self, remote: RemoteFile, part: Path, progress: Progress) -> None:
        headers = _resume_headers(remote, part)
        request = urllib.request.Request(  # noqa: S310  # check_address has let it pass
            remote.url, headers={"User-Agent": f"edge-vision/{__version__}", "Accept-Encoding": "identity"} | headers
        )
        with self._open(request, part) as response:
            begin, total_bytes = _extent(response, part, asked=bool(headers))
            _check_total(remote, total_bytes)
            total_bytes = total_bytes or remote.size_bytes
            if not begin:
                new_file(part).close()
            with new_file(_note_path(part)) as note:
                note.write(json.dumps({"url": remote.url, "validator": _validator(response)}).encode())
            _receive(response, part, total_bytes, progress)

    def _open(self, request: urllib.request.Request, part: Path) -> http.client.HTTPResponse:
        try:
            response: http.client.HTTPResponse = self._opener.open(request, timeout=self._retry_policy.timeout_s)
        except urllib.error.HTTPError as error:
            with error:
                _raise_refusal(request.full_url, error, part)
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                raise _distrust(request.full_url, error.reason) from error
            raise _InterruptedError(f"no connection ({_words(error.reason)})") from error
        except (ValueError, http.client.InvalidURL) as error:  # also of the address that a redirect names
            why = f"no address to fetch from ({error}); choose another source with --mirror"
            raise ModelError(f"{request.full_url}: {why}") from error
        except (OSError, http.client.HTTPException) as error:
            raise _InterruptedError(f"no answer ({_words(error)})") from error
        return response


def discard(part: Path) -> None:
    """Remove a part file and its note."""
    part.unlink(missing_ok=True)
    _note_path(part).unlink(missing_ok=True)


def _receive(response: http.client.HTTPResponse, part: Path, total_bytes: int, progress: Progress) -> None:
    """Append the body to the part, never more than it should be."""
    limit_bytes = total_bytes or LIMIT_BYTES
    with open(part, "ab", opener=follow_no_link) as out:  # that of pathlib takes no opener
        here_bytes = out.tell()
        progress(here_bytes, total_bytes)
        while block := _read(response, here_bytes, total_bytes):
            here_bytes += len(block)
            if here_bytes > limit_bytes:
                discard(part)
                raise ModelError(f"{response.url}: sends more than {limit_bytes:,} bytes; nothing was kept")
            out.write(block)
            progress(here_bytes, total_bytes)
    if here_bytes < total_bytes:
        raise _InterruptedError(f"the connection ended after {here_bytes:,} of {total_bytes:,} bytes")


def _read(response: http.client.HTTPResponse, here_bytes: int, total_bytes: int) -> bytes:
    try:
        return response.read1(_BLOCK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        expected = f" of {total_bytes:,}" if total_bytes else ""
        raise _InterruptedError(f"nothing more came after {here_bytes:,}{expected} bytes ({_words(error)})") from error


def _resume_headers(remote: RemoteFile, part: Path) -> dict[str, str]:
    """What asks for the rest of a part; empty to begin anew.

    A part goes on only if it is of this address, and if either the server can tell that the file is still the same or
    its hash will.
    """
    here_bytes = _size(part)
    note = _read_note(part)
    if not here_bytes or note.get("url") != remote.url:
        return {}
    validator = note.get("validator", "")
    if not validator and not remote.is_pinned:
        return {}
    return {"Range": f"bytes={here_bytes}-"} | ({"If-Range": validator} if validator else {})


def _extent(response: http.client.HTTPResponse, part: Path, *, asked: bool) -> tuple[int, int]:
    """Where the body begins and how long the whole file is (0 where the server does not say).

    It begins at our end if we asked for the rest and got it, else the server has started anew.
    """
    if response.status != _PARTIAL:
        return 0, response.length or 0
    extent = _EXTENT.fullmatch(response.headers.get("Content-Range", ""))
    if not asked or extent is None or int(extent[1]) != _size(part):
        discard(part)
        raise _InterruptedError("the server sent another part of the file than it was asked for")
    return int(extent[1]), int(extent[2])


def _check_total(remote: RemoteFile, total_bytes: int) -> None:
    """Compare what the server says with what the catalogue says.

    Raises:
        ModelError: the two contradict each other, or it is absurdly long.
    """
    if remote.size_bytes and total_bytes not in {0, remote.size_bytes}:
        raise ModelError(
            f"{remote.url}: the server offers {total_bytes:,} bytes, the catalogue says {remote.size_bytes:,}; "
            "nothing was fetched. Try again later, or choose another source with --mirror"
        )
    if total_bytes > LIMIT_BYTES:
        raise ModelError(f"{remote.url}: {total_bytes:,} bytes are too many for a model; nothing was fetched")


def _raise_refusal(url: str, error: urllib.error.HTTPError, part: Path) -> NoReturn:
    status = f"the server answers {error.code} {http.client.responses.get(error.code, '')}".rstrip()
    if error.code == _RANGE_BEYOND_END:
        discard(part)
        raise _InterruptedError(f"{status} for the rest of the file") from error
    if error.code in _TRY_LATER:
        raise _InterruptedError(status) from error
    if error.code in {404, 410}:
        raise NotThereError(f"{url}: {status}; choose another source with --mirror") from error
    if error.code // 100 == 3:  # noqa: PLR2004
        raise ModelError(f"{url}: redirects in a circle, too often or to nowhere; choose another source") from error
    raise ModelError(f"{url}: {status}; choose another source with --mirror") from error


def _distrust(url: str, error: ssl.SSLCertVerificationError) -> ModelError:
    return ModelError(
        f"{url}: the server cannot prove who it is ({error.verify_message}); check the date of this machine with `date`"
    )


def _validator(response: http.client.HTTPResponse) -> str:
    """What If-Range may be given: a strong ETag, else the time of the last change (RFC 9110, section 13.1.5)."""
    tag: str = response.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        return tag
    changed: str = response.headers.get("Last-Modified", "")
    return changed


def _read_note(part: Path) -> dict[str, str]:
    with suppress(OSError, ValueError, RecursionError):
        note = json.loads(read_at_most(_note_path(part), _MOST_NOTE_BYTES, follow_no_link))
        if isinstance(note, dict):
            return {key: value for key, value in note.items() if isinstance(value, str)}
    return {}


def _note_path(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _size(part: Path) -> int:
    try:
        with open_regular(part, follow_no_link) as content:
            return content.seek(0, os.SEEK_END)
    except OSError:
        return 0


def _words(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
