"""The addresses by which this machine can be reached in the network, found without sending anything."""

from __future__ import annotations

import fcntl
import socket
import struct
from contextlib import suppress
from ipaddress import IPv6Address, ip_address

_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses that nobody has (RFC 5737, RFC 3849); the way there is the way to everywhere."""
_DISCARD_PORT = 9
_SIOCGIFADDR, _SIOCGIFFLAGS = 0x8915, 0x8913
_IFF_RUNNING = 0x40
_REQUEST = struct.Struct("16s24x")
"""``struct ifreq`` of netdevice(7): the name of an interface, then room for what is asked of it."""
_FLAGS = struct.Struct("16xh")
_ADDRESS = struct.Struct("16x4x4s")
"""``struct sockaddr_in`` in there: family and port, then the address."""


def addresses() -> tuple[str, ...]:
    """Those of the interface that leads to everywhere, IPv4 first; where none does, the IPv4 of each that has a link.

    The system chooses the interface for a UDP socket when that is connected, which sends nothing (udp(7)).
    """
    found = [address for family, elsewhere in _ELSEWHERE if (address := _towards(family, elsewhere))]
    return tuple(found or _of_interfaces())


def _towards(family: socket.AddressFamily, elsewhere: str) -> str:
    """Our address on the way to ``elsewhere``; empty where there is no way, or none but to this very machine."""
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.connect((elsewhere, _DISCARD_PORT))
        return _useful(sock.getsockname()[0])
    return ""


def _of_interfaces() -> list[str]:
    """A cable to a laptop, say, with addresses and no router."""
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # it has no address, or has just gone
                (flags,) = _FLAGS.unpack_from(_ask(sock, _SIOCGIFFLAGS, name))
                (address,) = _ADDRESS.unpack_from(_ask(sock, _SIOCGIFADDR, name))
                found.append(_useful(socket.inet_ntoa(address)) if flags & _IFF_RUNNING else "")
    return [address for address in found if address]


def _ask(sock: socket.socket, question: int, name: str) -> bytes:
    return fcntl.ioctl(sock, question, _REQUEST.pack(name.encode()))


def _useful(address: str) -> str:
    """Empty for an address that means this machine, or one of IPv6 that holds on one link alone."""
    known = ip_address(address)
    is_of_a_link = isinstance(known, IPv6Address) and known.is_link_local
    return "" if known.is_loopback or known.is_unspecified or is_of_a_link else address
