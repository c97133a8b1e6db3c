"""From what the daemon says to what goes over the wire: numbered, with its header, encoded once."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from edge.messages.encoding import encoded
from edge.messages.payload import Header, event_payload, response_payload, stats_payload
from edge.messages.request import RequestError, Response
from edge.mqtt.message import Message
from edge.mqtt.sender import STATS, Reply
from edge.mqtt.topic_counters import OTHER_RESPONSE, RESPONSES
from edge.tasks.payload import result_payload, state_payload

if TYPE_CHECKING:
    from edge.messages.clock import Clock
    from edge.mqtt.topic_counters import TopicCounters
    from edge.types import Event, Result, Stats, TaskState


class MessageBuilder:
    """Builds the messages of a device in one run; ``prefix`` is what its topics begin with.

    ``counters`` give each message its number, but that of a result, which is counted before anything is built.
    """

    def __init__(self, device_id: str, run_id: str, prefix: str, counters: TopicCounters, clock: Clock) -> None:
        self._device_id = device_id
        self._run_id = run_id
        self._prefix = prefix
        self._counters = counters
        self._clock = clock

    def result(self, result: Result, seq: int) -> bytes:
        """The message of a result, whose number is ``seq``.

        Raises:
            ValueError: there is something in it that JSON has no word for.
        """
        return encoded(result_payload(result, self._header(seq)))

    def state(self, state: TaskState) -> bytes:
        """The message of a task's state."""
        return encoded(state_payload(state, self._next_header(f"state/{state.task}")))

    def stats(self, stats: Stats) -> bytes:
        """The message on how the appliance is doing."""
        return encoded(stats_payload(stats, self._next_header(STATS)))

    def event(self, event: Event) -> bytes:
        """The message of an event."""
        return encoded(event_payload(event, self._next_header("event")))

    def reply(self, response: Response) -> Reply:
        """The answer to a request, with what is sent where the broker does not take it."""
        message = self._response(response)
        if response.error:
            return Reply(message)
        return Reply(message, partial(self._response, _not_taken(response, len(message.payload))))

    def picture(self, response: Response) -> Message | None:
        """The picture in an answer as a plain one, for those who show pictures; None where there is none."""
        if response.command != "snapshot" or not response.result:
            return None
        return Message(f"{self._prefix}snapshot", base64.b64decode(response.result["data"]), qos=1)

    def _response(self, response: Response) -> Message:
        payload = encoded(response_payload(response, self._next_header(response_name(response))))
        reply_to = response.reply_to
        topic = reply_to.topic or f"{self._prefix}response/{response.command}"
        return Message(topic, payload, qos=1, correlation=reply_to.correlation)

    def _next_header(self, name: str) -> Header:
        return self._header(self._counters.number(name))

    def _header(self, seq: int) -> Header:
        return Header(self._device_id, self._run_id, seq, self._clock())


def response_name(response: Response) -> str:
    """Under which name a response is counted."""
    topic = f"response/{response.command}"
    return topic if topic in RESPONSES else OTHER_RESPONSE


def _not_taken(response: Response, size: int) -> Response:
    """What is answered where the broker does not take the answer."""
    why = (
        f"the MQTT broker did not take the answer, which has {size} bytes; raise its limit "
        "(mosquitto: max_packet_size, message_size_limit), or ask again where the connection was only lost"
    )
    return replace(response, result=None, error=RequestError("too_large", why, response.transaction))
