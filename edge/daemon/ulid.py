"""Identifiers that sort by time: ULIDs."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: 5 bits a character, without I, L, O and U."""
_CHARACTERS = 26
_RANDOM_BITS = 80


def new_ulid() -> str:
    """A ULID (github.com/ulid/spec): 48 bits of milliseconds since 1970, then 80 random bits, as 26 characters."""
    number = time.time_ns() // 1_000_000 << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_CHARACTERS)))
