"""Where requests come in: sorted out in the link's thread, fulfilled elsewhere.

The rules, in this order: what the broker had kept is no request (it would come again with every connection); more than
a few a second are not looked at; what is no request is answered with the reason; the rest is handed on.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from edge.mqtt.message import ReplyTo
from edge.mqtt.request import RequestError, Response, read_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.mqtt.message import Received
    from edge.mqtt.request import Request

RATE_HZ = 5.0
BURST = 20
LONGEST_COMMAND = 64
_LONGEST_TOPIC = 256
_LONGEST_CORRELATION = 256
_ORDERS = frozenset({"request", "config", "set", "cmd", "command"})
"""Levels of topics on which others take orders, or learn how they are set up (Home Assistant's discovery)."""

_log = logging.getLogger(__name__)


class Intake:
    """Takes what comes below ``topic`` (``…/request/``); see the module for the rules."""

    def __init__(
        self,
        topic: str,
        fulfil: Callable[[Request], object],
        respond: Callable[[Response], object],
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Hand requests to ``fulfil`` and refusals to ``respond``; both must not wait. ``clock_s`` is monotonic."""
        self._topic = topic
        self._own = topic.removesuffix("request/")
        self._fulfil = fulfil
        self._respond = respond
        self._clock_s = clock_s
        self._allowance = float(BURST)
        self._counted_s = clock_s()
        self.ignored = 0
        """Messages that the rules leave unanswered."""

    def take(self, received: Received) -> None:
        """Take a message in."""
        command = received.topic.removeprefix(self._topic)
        if received.retained or not 0 < len(command) <= LONGEST_COMMAND or not self._is_allowed():
            self._ignore(received)
            return
        reply_to = _checked(received.reply_to, self._own)
        try:
            request = read_request(command, received.payload, reply_to)
        except RequestError as error:
            self._respond(Response(command, error.transaction, error=error, reply_to=reply_to))
        else:
            self._fulfil(request)

    def _ignore(self, received: Received) -> None:
        if not self.ignored:
            why = "it is retained" if received.retained else f"there are more than {RATE_HZ:g} a second"
            _log.warning("a request on %.80s is ignored: %s; further ones are only counted", received.topic, why)
        self.ignored += 1

    def _is_allowed(self) -> bool:
        """Whether the rate leaves room: a bucket of ``BURST`` that fills with ``RATE_HZ``."""
        now_s = self._clock_s()
        self._allowance = min(BURST, self._allowance + (now_s - self._counted_s) * RATE_HZ)
        self._counted_s = now_s
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True


def _checked(reply_to: ReplyTo, own: str) -> ReplyTo:
    """Only a topic that may be published on, and none on which others take orders or we say something else.

    ``own`` is what our own topics begin with. A sender must not have us say what it may not say itself.
    """
    topic, correlation = reply_to.topic, reply_to.correlation
    if topic and not _may_answer_on(topic, own):
        topic = None
    return ReplyTo(topic or None, correlation if correlation and len(correlation) <= _LONGEST_CORRELATION else None)


def _may_answer_on(topic: str, own: str) -> bool:
    if len(topic) > _LONGEST_TOPIC or topic.startswith("$") or set(topic) & set("+#\0"):
        return False
    if topic.startswith(own):
        return topic.startswith(f"{own}response/")
    return not _ORDERS & set(topic.split("/"))
