"""What is sent over the session of the moment, and what is made of the broker's answers."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.mqtt.message import Message
from edge.mqtt.outbox import OutboxEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.mqtt.backlog import Backlog
    from edge.mqtt.session import Session

ONLINE = b"online"
STATS = "stats"  # retained as the states are, with QoS 0
WINDOW = 16  # QoS 1 messages under way at once; mosquitto takes 20
LARGE_BYTES = 4096
"""An answer of this size that was under way when the connection ended may be why: by MQTT 3.1.1 nobody says so."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a request; ``instead`` makes the one that is sent where the broker does not take this."""

    message: Message
    instead: Callable[[], Message] | None = None


class Sender:
    """Sends on each new session what is retained, ``online``, the outbox; streams as fast as the socket takes them.

    A broker takes the messages of a connection in their order, so whoever sees ``online`` finds nothing of an earlier
    run there. Events are QoS 1 and leave the outbox when the broker has answered; a session that ends gives all that
    are under way back to it. Everything here is done by the publisher's thread.
    """

    def __init__(self, backlog: Backlog, prefix: str, birth: Callable[[], Sequence[Message]]) -> None:
        """Prepare; ``birth`` gives the messages that every new session begins with, before states and ``online``."""
        self._backlog = backlog
        self._prefix = prefix
        self._birth = birth
        self._online = Message(f"{prefix}availability", ONLINE, qos=1, retain=True)
        self._is_online = False
        self._session: Session | None = None
        self._window = WINDOW
        self._births: list[Message] = []
        self._replies: deque[Reply] = deque()
        self._unsent_reply: Reply | None = None
        self._unwritten: int | None = None
        self.under_way: dict[int, OutboxEvent | Reply | None] = {}
        """QoS 1 messages by the session's number, with the event or the answer they carry, if any."""

    @property
    def alive(self) -> bool:
        """Whether there is a session to send on."""
        return self._session is not None and self._session.alive

    @property
    def ready(self) -> bool:
        """Whether ``online`` is said and the socket has taken the last stream message, or was lost with it.

        Whoever sends only then keeps paho's unbounded outgoing queue empty: when the broker is slow, messages wait (and
        grow old, and are dropped) in the sender's own buffer.
        """
        return not self.alive or (self._is_online and self._unwritten is None)

    @property
    def done(self) -> bool:
        """Whether there is nothing left to send and the broker has answered to everything."""
        waiting = (
            self.under_way
            or not self._is_online
            or self._replies
            or self._backlog.states.next()
            or self._backlog.outbox.waiting
        )
        return not waiting

    def begin(self, session: Session) -> None:
        """Go on with a new session: what is retained comes first, then the outbox from its oldest event."""
        self._session = session
        # One is the connection's ``offline``.
        self._window = max(1, min(WINDOW, session.capabilities.receive_maximum - 1))
        self._unwritten = None
        lost = [sent for sent in (*self.under_way.values(), self._unsent_reply) if isinstance(sent, Reply)]
        self.under_way.clear()
        self._unsent_reply = None
        self._replies.clear()  # whoever asked over the last session has asked again, or given up
        for reply in lost:
            if len(reply.message.payload) >= LARGE_BYTES:
                self._reply_instead(reply)
        self._backlog.outbox.rewind()
        self.renew()

    def renew(self) -> None:
        """Send everything that is retained again, and then ``online``."""
        self._is_online = False
        self._births = list(self._birth())
        self._backlog.states.renew()

    def delivered(self, session: Session, number: int, *, accepted: bool) -> None:
        """Take the broker's answer to a message (QoS 1), or that it was written to the socket (QoS 0)."""
        if session is not self._session:
            return
        if number == self._unwritten:
            self._unwritten = None
        if number not in self.under_way:
            return
        sent = self.under_way.pop(number)
        if isinstance(sent, OutboxEvent):
            self._let_go(sent, accepted=accepted)
        elif isinstance(sent, Reply) and not accepted:
            self._reply_instead(sent)

    def send_stream(self, name: str, payload: bytes, *, expiry_s: int) -> bool:
        """Send a QoS 0 message; False when there is nobody to send it to."""
        message = Message(self._prefix + name, payload, expiry_s=expiry_s)
        number = self._send(message)
        self._unwritten = number
        return number is not None

    def reply(self, reply: Reply) -> bool:
        """Send an answer when its turn comes; False when there are too many, or nobody to send it to."""
        if not self.alive or len(self._replies) >= WINDOW:
            return False
        self._replies.append(reply)
        return True

    def send_due(self) -> None:
        """Send what is retained and due, ``online``, then answers, then events, as far as the window allows."""
        while self.alive and len(self.under_way) < self._window and self._send_next():
            pass

    def _send_next(self) -> bool:
        if self._send_retained():
            return True
        return self._send_reply() or self._send_event() if self._is_online else self._say_online()

    def _say_online(self) -> bool:
        self._is_online = self._send(self._online) is not None
        return self._is_online

    def _send_reply(self) -> bool:
        if not self._replies:
            return False
        reply = self._replies.popleft()
        number = self._send(reply.message, reply)
        if number is not None:
            return True
        if not self.alive:  # a broker may hang up while a large one is being written
            self._unsent_reply = reply
            return False
        self._reply_instead(reply)
        return True

    def _reply_instead(self, reply: Reply) -> None:
        if reply.instead:
            self._replies.appendleft(Reply(reply.instead()))  # what is behind may be too large as well, and end all

    def _send_retained(self) -> bool:
        if self._births:
            self._send(self._births.pop(0))
            return True
        due = self._backlog.states.next()
        if due is None:
            return False
        name, payload = due
        number = self._send(Message(self._prefix + name, payload, qos=0 if name == STATS else 1, retain=True))
        if number is None and not self.alive:
            return False
        if self._backlog.states.sent(name):
            self._backlog.counters.count(name, sent=number is not None)
        return True

    def _send_event(self) -> bool:
        event = self._backlog.outbox.take()
        if event is None:
            return False
        number = self._send(Message(f"{self._prefix}event", event.payload, qos=1), event)
        if number is None and self.alive:  # the broker does not take this one: it shall not hold up those after it
            self._let_go(event, accepted=False)
        return number is not None or self.alive

    def _let_go(self, event: OutboxEvent, *, accepted: bool) -> None:
        self._backlog.outbox.settle(event, accepted=accepted)
        self._backlog.counters.count("event", sent=accepted)

    def _send(self, message: Message, carried: OutboxEvent | Reply | None = None) -> int | None:
        number = self._session.send(message) if self._session and self._session.alive else None
        if number is not None and message.qos:
            self.under_way[number] = carried
        return number
