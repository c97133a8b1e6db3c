"""Where requests come in: sorted out in the link's thread, fulfilled elsewhere.

The rules, in this order: what the broker had kept is no request (it would come again with every connection), nor is
what is empty (which is how a kept one is taken away) or names no command; more than a few a second are not looked at;
what is no request is answered with the reason; the rest is handed on.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from edge.base.limited_log import LimitedLog
from edge.base.text import one_line
from edge.messages.request import ReplyTo, RequestError, Response, read_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.messages.request import Request
    from edge.mqtt.message import Received

RATE_HZ = 5.0
BURST = 20
LONGEST_COMMAND = 64
PROBE = "doctor"
"""What is empty and comes as this command is no request: somebody tries whether requests would be heard."""
_LONGEST_TOPIC = 256
_LONGEST_CORRELATION = 256

_log = logging.getLogger(__name__)


class RequestReceiver:
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
        self._answers = f"{topic.removesuffix('request/')}response/"
        self._fulfil = fulfil
        self._respond = respond
        self._clock_s = clock_s
        self._allowance = float(BURST)
        self._counted_s = clock_s()
        self._lines = LimitedLog(_log)
        self._ignored_lines = LimitedLog(_log, burst=1)
        self.ignored = 0
        """Messages that the rules leave unanswered."""

    def take(self, received: Received) -> None:
        """Take a message in."""
        if received.topic == self._topic + PROBE and not received.payload:
            return
        if why := self._why_none(received):
            self.ignored += 1
            self._ignored_lines.log(logging.WARNING, f"a request on %.80r is ignored: {why}", received.topic)
            return
        command = received.topic.removeprefix(self._topic)
        reply_to = self._checked(received.reply_to)
        try:
            request = read_request(command, received.payload, reply_to)
        except RequestError as error:
            self._lines.log(logging.WARNING, "request %r refused: %s", command, one_line(str(error)))
            self._respond(Response(command, error.transaction, error=error, reply_to=reply_to))
        else:
            self._fulfil(request)

    def _why_none(self, received: Received) -> str:
        """Why a message is not looked at any further; empty where it is."""
        length = len(received.topic) - len(self._topic)
        if received.retained:
            return "it is retained"
        if not received.payload:
            return "it is empty, as what takes a retained one away; {} asks for a command without arguments"
        if length <= 0:
            return "it names no command"
        if length > LONGEST_COMMAND:
            return f"its command has more than {LONGEST_COMMAND} characters"
        return "" if self._is_allowed() else f"there are more than {RATE_HZ:g} a second"

    def _is_allowed(self) -> bool:
        """Whether the rate leaves room: a bucket of ``BURST`` that fills with ``RATE_HZ``."""
        now_s = self._clock_s()
        self._allowance = min(BURST, self._allowance + (now_s - self._counted_s) * RATE_HZ)
        self._counted_s = now_s
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def _checked(self, reply_to: ReplyTo) -> ReplyTo:
        """Only a topic of our own answers: a sender must not have us say what it may not say itself."""
        topic, correlation = reply_to.topic or "", reply_to.correlation
        is_ours = topic.startswith(self._answers) and len(topic) <= _LONGEST_TOPIC and not set(topic) & set("+#\0")
        return ReplyTo(
            topic if is_ours else None,
            correlation if correlation and len(correlation) <= _LONGEST_CORRELATION else None,
        )
