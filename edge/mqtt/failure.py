"""Why there is no link to the broker, in one sentence each."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Literal

from edge.mqtt.tls import distrust

if TYPE_CHECKING:
    from edge.mqtt.address import Address

_CREDENTIALS = frozenset({"Bad user name or password", "Not authorized", "Bad authentication method", "Banned"})
LOST = "Unspecified error"  # what paho calls a connection that was closed without a word
OLD_PROTOCOL = "Unsupported protocol version"


class LinkError(Exception):
    """An attempt to connect failed; the text is a sentence for a person.

    ``state`` tells a broker that is not there (``away``) from one that will not have us (``refused``). ``hopeless``
    ones need a person: they are tried again, but slowly.
    """

    def __init__(self, sentence: str, state: Literal["away", "refused"] = "away", *, hopeless: bool = False) -> None:
        super().__init__(sentence)
        self.state = state
        self.hopeless = hopeless


class OldBrokerError(LinkError):
    """The broker does not speak this version of MQTT, or does what some do that know no better: hang up, or nothing."""


def unreachable(address: Address, error: OSError) -> LinkError:
    """No connection could be made, or no TLS on it."""
    if isinstance(error, ssl.SSLCertVerificationError) and address.tls:
        reason = distrust(error, address.host, address.tls.ca_file)
        return LinkError(f"the MQTT broker at {address} is not trusted: {reason}", "refused", hopeless=True)
    reason = error.strerror or str(error) or type(error).__name__
    if isinstance(error, ssl.SSLError | ConnectionResetError) and address.tls:
        return LinkError(
            f"no TLS with the MQTT broker at {address} ({reason}); "
            "check that mqtt.port is its port with TLS (mostly 8883), or set mqtt.tls = false"
        )
    return LinkError(
        f"cannot reach the MQTT broker at {address} ({reason}); check mqtt.host and mqtt.port, and that the broker runs"
    )


def refused(address: Address, reason: str) -> LinkError:
    """The broker answered, and the answer was no."""
    sentence = f"the MQTT broker at {address} refused the connection ({reason})"
    if reason == OLD_PROTOCOL:
        return OldBrokerError(sentence, "refused")
    if reason not in _CREDENTIALS:
        return LinkError(sentence, "refused")
    who = f" of user {address.username!r}" if address.username else " without a user name"
    advice = "check mqtt.username and mqtt.password_file"
    return LinkError(f"{sentence}{who}; {advice}", "refused", hopeless=True)


def unanswered(address: Address) -> LinkError:
    """The connection was closed before the broker had answered."""
    kind = "with TLS, and that it takes our certificate (mqtt.cert_file)" if address.tls else "without TLS"
    return OldBrokerError(
        f"{address} closed the connection before it answered; check that mqtt.port is the port of an MQTT broker {kind}"
    )


def silent(address: Address, seconds: float) -> LinkError:
    """The connection is there, but nobody answers on it."""
    return OldBrokerError(f"the MQTT broker at {address} took the connection but has not answered for {seconds:g} s")


def ended(address: Address, reason: str) -> str:
    """The connection was up and is no more."""
    if reason == LOST:
        return f"the connection to the MQTT broker at {address} was lost"
    sentence = f"the connection to the MQTT broker at {address} has ended ({reason})"
    return f"{sentence}; another device uses this device.id" if reason == "Session taken over" else sentence
