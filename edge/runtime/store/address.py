"""Which addresses files may come from."""

from __future__ import annotations

import urllib.request
from ipaddress import ip_address
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from edge.errors import ModelError

if TYPE_CHECKING:
    from http.client import HTTPMessage


def check_address(url: str) -> None:
    """Let HTTPS pass, and plain HTTP from this very machine, where nobody stands between: a mirror or tunnel on it.

    Raises:
        ModelError: anything else; not every model has a known hash, and whoever owns the line could change those.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ModelError(f"{url}: not an address ({error}); give one that begins with https://") from None
    if not parts.hostname:
        raise ModelError(f"{url}: not an address; give one that begins with https://")
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname)):
        return
    raise ModelError(f"{url}: models are fetched over https only, or over http from this machine itself")


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, each to an address that may be used, and never from HTTPS to anything else."""

    max_redirections = 5
    max_repeats = 2

    def redirect_request(  # noqa: PLR0917  # the signature of the base
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The request for the new address.

        Raises:
            ModelError: it may not be used.
        """
        if req.type == "https" and urlsplit(newurl).scheme != "https":
            raise ModelError(f"{req.full_url}: redirects from https to {newurl}; refused")
        check_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
