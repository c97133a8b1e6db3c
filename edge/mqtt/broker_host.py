"""``mqtt.host`` as people write it, and what they meant who wrote more than a host."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from typing import NamedTuple

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/{1,2}")
_TLS_SCHEMES = frozenset({"mqtts", "ssl", "tls", "mqtt+ssl", "https"})
_WEB_SOCKETS = frozenset({"ws", "wss"})
_PLACE = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(:(?P<port>[^:]*))?")
_NAME = re.compile(r"[^\s/\\?#@:,;\[\](){}<>\"'`|*%&=+!$^~]+")
_ZONE = re.compile(r"[A-Za-z0-9._~-]{1,32}")
_TLS_PORT, _HIGHEST_PORT = 8883, 65_535


class _Meant(NamedTuple):
    """What somebody wrote into one key, taken apart; empty for what was not given."""

    host: str
    port: str
    user: str
    scheme: str


def checked_host(text: str) -> str:
    """The name or address in ``text``; an IPv6 address without its brackets.

    Raises:
        ValueError: it is none, or more than that; the sentence has the values to write and the keys that the rest
            belongs to.
    """
    if (address := _bare_address(text)) is not None:
        return address
    if _is_name(text):
        return text
    raise ValueError(_advice(_apart(text)))


def _bare_address(text: str) -> str | None:
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    with suppress(ValueError):
        ipaddress.ip_address(bare)  # lets anything pass behind a %
        _, has_zone, zone = bare.partition("%")
        is_whole = (bare == text or ":" in bare) and (not has_zone or _ZONE.fullmatch(zone))
        return bare if is_whole else None
    return None


def _is_name(text: str) -> bool:
    if _NAME.fullmatch(text) is None or re.fullmatch(r"[\d.]+", text):
        return False
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return True


def _apart(text: str) -> _Meant:
    rest = text.strip().strip("\"'")
    scheme = ""
    if found := _SCHEME.match(rest):
        scheme, rest = found[1].lower(), rest[found.end() :]
    user, _, rest = rest.rpartition("@")
    rest = re.split(r"[/?#\\]", rest, maxsplit=1)[0].strip()
    if _bare_address(rest) is not None:
        return _Meant(checked_host(rest), "", user.partition(":")[0], scheme)
    place = _PLACE.fullmatch(rest)
    host, port = (place["host"], place["port"] or "") if place else ("", "")
    return _Meant(host, port, user.partition(":")[0], scheme)


def _advice(meant: _Meant) -> str:
    if _bare_address(meant.host) is None and not _is_name(meant.host):
        return "must be a host name or an address, as broker.lan or 192.168.1.5; the port stands in mqtt.port"
    host = _bare_address(meant.host) or meant.host
    values = [f'mqtt.host = "{host}"']
    is_tls = meant.scheme in _TLS_SCHEMES
    if meant.port:
        port = int(meant.port) if re.fullmatch(r"[0-9]{1,6}", meant.port) else 0
        values.append(f"mqtt.port = {port if 0 < port <= _HIGHEST_PORT else f'(1 to {_HIGHEST_PORT})'}")
    elif is_tls:
        values.append(f"mqtt.port = {_TLS_PORT}")
    if is_tls:
        values.append("mqtt.tls = true")
    if meant.user and meant.user.isprintable():
        values.append(f'mqtt.username = "{meant.user}" (its password in a file, mqtt.password_file)')
    also = "; of a broker's listeners take the one without WebSockets, mqtt.port is its port"
    return f"must be a host alone: set {_listed(values)}{also if meant.scheme in _WEB_SOCKETS else ''}"


def _listed(values: list[str]) -> str:
    *others, last = values
    return f"{', '.join(others)} and {last}" if others else last
