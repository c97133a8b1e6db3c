"""Why there is no link to the broker, in one sentence each."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

from edge.mqtt.tls import distrust

if TYPE_CHECKING:
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

    from edge.mqtt.broker_address import Address
    from edge.mqtt.message import Message

LOST = "Unspecified error"  # what paho calls a connection that was closed without a word
OLD_PROTOCOL = "Unsupported protocol version"
TAKEN_OVER = "Session taken over"
_CREDENTIALS = frozenset({"Bad user name or password", "Not authorized", "Bad authentication method", "Banned"})
_NO_RETAIN, _NO_QOS = "Retain not supported", "QoS not supported"
_BAD_CLIENT_ID = "Client identifier not valid"
_ELSEWHERE = frozenset({"Server moved", "Use another server"})
_READ_LOG = "read the broker's log"
_ADVICE = {
    "Malformed packet": _READ_LOG,
    "Protocol error": _READ_LOG,
    "Implementation specific error": _READ_LOG,
    _BAD_CLIENT_ID: "choose another name (sudo edge config set device.id NAME), or let the broker take its client id",
    "Not authorized": "let this device publish and subscribe below its own topics there",
    "Server unavailable": _READ_LOG,
    "Server busy": "it has too much to do, or a limit to raise",
    "Topic name invalid": "it will not have the topic of our availability; change mqtt.base_topic or device.id",
    "Topic alias invalid": "Edge uses none; look for a broker that is newer",
    "Packet too large": "raise its limit (mosquitto: max_packet_size)",
    "Message rate too high": "lower mqtt.max_rate_hz, or raise its limit",
    "Quota exceeded": "raise its limit for this device",
    "Connection rate exceeded": "raise its limit for new connections",
    "Receive maximum exceeded": _READ_LOG,
    "Keep alive timeout": "the network, the broker or this machine stood still",
    "Administrative action": "somebody has ended it at the broker",
    _NO_RETAIN: "let it keep messages (mosquitto: retain_available true)",
    _NO_QOS: "let it take QoS 1 (mosquitto: max_qos)",
    TAKEN_OVER: "another client has come with the name of this one, device.id",
}
_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class BrokerAnswer:
    """What a broker answers or leaves with: the reason by paho's name, its own words, and where to go instead."""

    reason: str
    words: str = ""
    server: str = ""

    @classmethod
    def of(cls, reason: ReasonCode, properties: Properties | None) -> Self:
        """What came in a packet; the broker's words without what could do things to a terminal or a log."""
        words = _harmless(getattr(properties, "ReasonString", ""))
        return cls(reason.getName(), words, _harmless(getattr(properties, "ServerReference", "")))

    @property
    def advice(self) -> str:
        """What to do; empty where nobody can say."""
        if self.reason in _ELSEWHERE:
            where = f" to {self.server}" if self.server else " to the broker it has gone to"
            return f"set mqtt.host (and mqtt.port){where}"
        return _ADVICE.get(self.reason, "")

    def __str__(self) -> str:
        return f"{self.reason}: {self.words}" if self.words else self.reason


def _harmless(words: str) -> str:
    return "".join(each if each.isprintable() else " " for each in words[:_LONGEST_WORDS]).strip()


class LinkError(Exception):
    """An attempt to connect failed; the text is a sentence for a person.

    ``state`` tells a broker that is not there (``away``) from one that will not have us (``refused``). ``hopeless``
    ones need a person: they are tried again, but slowly.
    """

    def __init__(self, sentence: str, state: Literal["away", "refused"] = "away", *, hopeless: bool = False) -> None:
        super().__init__(sentence)
        self.state = state
        self.hopeless = hopeless


class WillError(LinkError):
    """The broker will not have our last will as it is."""

    def __init__(self, sentence: str, reason: str) -> None:
        super().__init__(sentence, "refused", hopeless=True)
        self._reason = reason

    def milder(self, will: Message) -> Message:
        """The will without what the broker minds; the same where that is out already."""
        return replace(will, retain=False) if self._reason == _NO_RETAIN else replace(will, qos=0)


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


def refused(address: Address, answer: BrokerAnswer) -> LinkError:
    """The broker answered, and the answer was no."""
    sentence = f"the MQTT broker at {address} refused the connection ({answer})"
    if answer.reason in _CREDENTIALS:
        who = f" of user {address.username!r}" if address.username else " without a user name"
        advice = "check mqtt.username and mqtt.password_file"
        return LinkError(f"{sentence}{who}; {advice}", "refused", hopeless=True)
    if answer.reason == OLD_PROTOCOL:
        return OldBrokerError(f"{sentence}; {_other_version(address)}", "refused")
    sentence = _advised(sentence, answer)
    if answer.reason in {_NO_RETAIN, _NO_QOS}:
        return WillError(sentence, answer.reason)
    return LinkError(sentence, "refused", hopeless=answer.reason in _ELSEWHERE | {_BAD_CLIENT_ID})


def _other_version(address: Address) -> str:
    if address.protocol == "auto":
        return "Edge speaks MQTT 5 and 3.1.1, and it knows neither: update it"
    return 'set mqtt.protocol = "auto", and Edge speaks the version it knows'


def _advised(sentence: str, answer: BrokerAnswer) -> str:
    return f"{sentence}; {answer.advice}" if answer.advice else sentence


def unanswered(address: Address) -> LinkError:
    """The connection was closed before the broker had answered."""
    kind = "with TLS, and that it takes our certificate (mqtt.cert_file)" if address.tls else "without TLS"
    # Before MQTT 5 a broker that minds our last will can only hang up.
    mute = ', or set mqtt.protocol = "auto": by 3.1.1 a broker that keeps no messages, or takes no QoS 1, cannot say so'
    return OldBrokerError(
        f"{address} closed the connection before it answered; "
        f"check that mqtt.port is the port of an MQTT broker {kind}{mute if address.protocol == '3.1.1' else ''}"
    )


def silent(address: Address, seconds: float) -> LinkError:
    """The connection is there, but nobody answers on it."""
    port = "" if address.tls else ", or set mqtt.tls = true if that is a port with TLS"
    return OldBrokerError(
        f"the MQTT broker at {address} took the connection but has not answered for {seconds:g} s; "
        f"check mqtt.port{port}, and read its log: it may hang"
    )


def foreign(address: Address, what: OSError) -> LinkError:
    """What answers there speaks something else."""
    return OldBrokerError(
        f"what answers at {address} is no MQTT broker: it sends {what}; check mqtt.host and mqtt.port"
    )


def ended(address: Address, answer: BrokerAnswer) -> str:
    """The connection was up and is no more."""
    if answer.reason == LOST:
        return f"the connection to the MQTT broker at {address} was lost"
    return _advised(f"the connection to the MQTT broker at {address} has ended ({answer})", answer)


def given_up(address: Address, what: OSError) -> str:
    """The connection was up, and we have ended it for what the broker sent."""
    return f"the connection to the MQTT broker at {address} was ended, for it sends {what}"


def denied(address: Address, deed: str, topic: str, answer: BrokerAnswer) -> str:
    """The broker will not let us subscribe to a topic or publish on it."""
    user = f"user {address.username!r}" if address.username else "whoever comes without a user name"
    return (
        f"the MQTT broker at {address} does not let us {deed} {topic} ({answer});"
        f" allow it to {user} there (mosquitto: acl_file)"
    )
