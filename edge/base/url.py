"""Addresses of things in the network, masked wherever they are shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

MASK = "***"

# What they look through may be of any length and from anybody: each goes over a text in one go, no schemes without end.
_URL = re.compile(r"""[a-z][a-z0-9+.-]{0,30}://[^\s"'<>]*""", re.IGNORECASE)
_PARTS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_HOST = re.compile(r"(?P<host>\[[0-9a-f:.%]+\]|[^:\[\]]*)(:(?P<port>\d{1,5}))?", re.IGNORECASE)
_HIGHEST_PORT = 65535
# Some cameras have the password in the path: /user=admin_password=secret_channel=1_stream=0.sdp
_IN_PATH = re.compile(r"(?<![a-z])([a-z]+)=((?:[^&/;_]|_(?![a-z]+=))*)", re.IGNORECASE)
_SECRET = re.compile("pass|pwd|pw|token|secret|auth|key|sig|cred", re.IGNORECASE)
_HARMLESS = re.compile(
    r"(cam(era)?|ch(annel|n)?|sub(type|stream)?|stream(type|id)?|profile|media|resolution|res|width|height|size|w|h"
    r"|fps|rate|(max)?framerate|bitrate|quality|compression|(video)?codec|video|audio|rotation|overlay|proto|unicast"
    r"|transport(mode)?|action|cmd|format|input|localaddr|localport|fifo_size|buffer_size|pkt_size|overrun_nonfatal"
    r"|reuse|sources|ttl|listen|timeout)"
    r"=[a-z0-9.:,x_-]{0,20}",
    re.IGNORECASE,
)


class Url(NamedTuple):
    """An address in parts; user and password as people type them, None where they are not given.

    ``host`` has the brackets of an IPv6 address, ``rest`` is path, query and fragment.
    """

    scheme: str
    user: str | None
    password: str | None
    host: str
    port: int | None
    rest: str

    def __str__(self) -> str:
        """The address with everything in it, credentials too."""
        password = "" if self.password is None else f":{quote(self.password, safe='')}"
        who = "" if self.user is None else f"{quote(self.user, safe='')}{password}@"
        return f"{self.scheme}://{who}{self.host}{'' if self.port is None else f':{self.port}'}{self.rest}"


def read_url(text: str) -> Url:
    """``text`` in parts; whatever stands before the last ``@`` of the host's part is user and password.

    Raises:
        ValueError: it is no address; the sentence says why.
    """
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise ValueError("is not an address such as rtsp://camera/stream")
    who, at, where = parts["authority"].rpartition("@")
    match = _HOST.fullmatch(where)
    if match is None or (match["port"] and int(match["port"]) > _HIGHEST_PORT):
        raise ValueError(
            "must be HOST or HOST:PORT after // and the user; in a password write / as %2F, ? as %3F and # as %23"
        )
    user, colon, password = who.partition(":")
    return Url(
        parts["scheme"].lower(),
        unquote(user) if at and who else None,
        unquote(password) if colon else None,
        match["host"],
        int(match["port"]) if match["port"] else None,
        parts["rest"],
    )


def masked_url(text: str) -> str:
    """The address ``text`` to be shown: without its password, and without what may be one in its path or query.

    Of a query only what is known to be harmless stays. An ``@`` further on, where an address is written wrongly, is
    taken for the end of a password. What is no address stays as it is.
    """
    head, slashes, tail = text.partition("://")
    if not slashes:
        return text
    tail, question, query = tail.partition("?")
    who, at, where = tail.rpartition("@")
    user, colon, _ = _partitioned(who)
    if at and (colon or "/" not in who):
        tail = f"{user}{f':{MASK}' if colon else ''}@{where}"
    if question and "@" in query and not at and ":" in tail:  # a question mark in a password
        return f"{head}://{tail.partition(':')[0]}:{MASK}@{query.rpartition('@')[2].partition('?')[0]}"
    tail = _IN_PATH.sub(_masked_in_path, tail)
    return f"{head}://{tail}{question}{'&'.join(map(_masked_parameter, query.split('&')))}"


def masked(text: str) -> str:
    """``text``, perhaps a log line or an error of a library, with every address in it as :func:`masked_url` has it."""
    return _URL.sub(lambda found: masked_url(found[0]), text) if "://" in text else text


def secrets_in(text: str) -> frozenset[str]:
    """What :func:`masked` hides of ``text``, as it stands there and as people type it."""
    found = {secret for url in _URL.finditer(text) for secret in _secrets_of(url[0])}
    return frozenset({*found, *map(unquote, found)} - {""})


def _secrets_of(url: str) -> Iterator[str]:
    tail, question, query = url.partition("://")[2].partition("?")
    who, at, _ = tail.rpartition("@")
    if at:
        yield _partitioned(who)[2]
    if question and "@" in query and not at:
        yield f"{tail.partition(':')[2]}?{query.rpartition('@')[0]}"
    yield from (found[2] for found in _IN_PATH.finditer(tail) if _SECRET.search(found[1]))
    for parameter in query.split("&"):
        if not _HARMLESS.fullmatch(parameter):
            name, equals, value = parameter.partition("=")
            yield value if equals else name


def _partitioned(who: str) -> tuple[str, str, str]:
    """User, colon and password; who escapes everything may have escaped the colon, too."""
    user, *rest = re.split("(:|%3a)", who, maxsplit=1, flags=re.IGNORECASE)
    return user, *(rest or ("", ""))


def _masked_in_path(found: re.Match[str]) -> str:
    return f"{found[1]}={MASK}" if _SECRET.search(found[1]) else found[0]


def _masked_parameter(parameter: str) -> str:
    if not parameter or _HARMLESS.fullmatch(parameter):
        return parameter
    name, equals, _ = parameter.partition("=")
    return f"{name}={MASK}" if equals else MASK
