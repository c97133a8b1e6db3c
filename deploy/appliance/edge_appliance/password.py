"""Passwords for the broker: made here, or given by a person."""

from __future__ import annotations

import secrets

from edge_appliance.errors import ApplianceError

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when it is read off a screen."""
_GROUPS, _GROUP_LENGTH = 4, 4
_SHORTEST, _LONGEST = 8, 128
MOST_BYTES = 1024
"""Of a file with a password."""


def new_password() -> str:
    """One that nobody guesses: 79 bits, in groups."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def given_password(content: bytes) -> str:
    """The password on the first line of what a person has written.

    Raises:
        ApplianceError: it cannot be used; the sentence does not tell it.
    """
    try:
        lines = content.decode("utf-8-sig").splitlines()  # Windows editors put a mark first
    except UnicodeDecodeError:
        raise ApplianceError("the password is not UTF-8 text") from None
    password = lines[0].strip() if lines else ""
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise ApplianceError(f"the password has to have {_SHORTEST} to {_LONGEST} characters, on the first line")
    if ":" in password or not password.isprintable():
        # mosquitto_passwd would take what stands before the colon for the password.
        raise ApplianceError("the password may have no colon and no control characters in it")
    return password
