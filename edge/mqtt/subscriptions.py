"""What is listened to on every connection, and what is not for a while."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING, NamedTuple

from paho.mqtt.client import topic_matches_sub

from edge.base.backoff import Backoff

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.mqtt.message import Received
    from edge.mqtt.session import Session

FIRST_MUTE_S, LONGEST_MUTE_S = 60.0, 3600.0
_LONGEST_TYPED = 200


class _Subscription(NamedTuple):
    handler: Callable[[Received], object]
    retained: bool


class Subscriptions:
    """Topics with their handlers, for one thread once they are all added.

    A topic on which something came that is too large to read is left alone for a while: a broker that keeps such a
    message sends it again on each connection, and that would never hold.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._wanted: dict[str, _Subscription] = {}
        self._muted_until_s: dict[str, float] = {}
        self._mute = Backoff(FIRST_MUTE_S, LONGEST_MUTE_S, chance=lambda: 1.0)

    def add(self, topic: str, handler: Callable[[Received], object], *, retained: bool = False) -> None:
        """Listen to a topic on every later connection; ``retained``: also to what the broker had kept."""
        self._wanted[topic] = _Subscription(handler, retained)

    def begin(self, session: Session) -> None:
        """Subscribe to all that is not muted."""
        for topic in self._wanted.keys() - self._muted_until_s.keys():
            self._subscribe(session, topic)
        self.resume(session)

    def resume(self, session: Session) -> None:
        """Subscribe to what was muted and is so no more."""
        for topic, until_s in list(self._muted_until_s.items()):
            if self._clock_s() >= until_s:
                del self._muted_until_s[topic]
                self._subscribe(session, topic)

    def mute(self, topic: str) -> str:
        """Leave alone what brought a message on ``topic``; what that means and what to do, in a sentence."""
        wait_s = self._mute.next_s()
        for wanted in self._wanted:
            if topic_matches_sub(wanted, topic):
                self._muted_until_s[wanted] = self._clock_s() + wait_s
        return f"for {wait_s:g} s nothing is heard there; {_how_to_clear(topic)}"

    def _subscribe(self, session: Session, topic: str) -> None:
        handler, retained = self._wanted[topic]
        session.subscribe(topic, handler, retained=retained)


def _how_to_clear(topic: str) -> str:
    """A command for a shell, to which a topic that somebody else has chosen must say nothing."""
    if len(topic) > _LONGEST_TYPED or not topic.isprintable():
        return "clear what the broker keeps there"
    return f"clear what the broker keeps: mosquitto_pub -r -n -t {shlex.quote(topic)}"
