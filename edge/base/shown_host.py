"""Names and addresses of hosts, as they are shown."""

from __future__ import annotations

import re

from edge.base.url import MASK

_PASSWORD = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*:/{1,2})?[^:@]*):(?!/).*@", re.DOTALL)


def shown_host(host: str) -> str:
    """A host as it stands before a port: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def masked_host(text: str) -> str:
    """What stands where a host belongs, to be shown: without the password that may stand in it."""
    return _PASSWORD.sub(rf"\1:{MASK}@", text)
