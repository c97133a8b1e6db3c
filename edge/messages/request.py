"""Requests: what may come in, and what is answered.

A request comes from a network. Whatever is in it, reading it ends in a :class:`Request` or in a
:class:`RequestError`; nothing else, and never before its size was looked at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS = ("state", "config/get", "config/set", "snapshot", "task/pause", "task/resume", "restart")
REQUEST_SCHEMA = "edge/request/1"
MOST_BYTES = 8192
LONGEST_TRANSACTION = 128
DEEPEST = 10
"""Lists and objects within each other; no request has more than four. What comes near Python's limit would end it."""

ErrorCode: TypeAlias = Literal[
    "not_json",
    "too_large",
    "invalid",
    "unknown_command",
    "unknown_key",
    "not_remote",
    "out_of_bounds",
    "conflict",
    "not_allowed",
    "failed",
]


class RequestError(Exception):
    """Why a request is not fulfilled: a code for programs and a sentence for people.

    ``transaction`` is that of the request, where it could be read.
    """

    def __init__(self, code: ErrorCode, message: str, transaction: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.transaction = transaction


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where the sender of a request wants its answer, and what is to come back with it (MQTT 5); None: not said."""

    topic: str | None = None
    correlation: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """A command with its arguments; ``transaction`` comes back in the answer, which goes where ``reply_to`` says."""

    command: str
    arguments: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    transaction: str | None = None
    reply_to: ReplyTo = field(default_factory=ReplyTo)

    def text(self, name: str) -> str:
        """An argument that must be there and be text.

        Raises:
            RequestError: it is not.
        """
        value = self.argument(name)
        if not isinstance(value, str):
            raise RequestError("invalid", f"arguments.{name} must be text")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """An argument that may be there and must be true or false.

        Raises:
            RequestError: it is something else.
        """
        value = self.arguments.get(name, default)
        if not isinstance(value, bool):
            raise RequestError("invalid", f"arguments.{name} must be true or false")
        return value

    def argument(self, name: str) -> Any:
        """An argument that must be there.

        Raises:
            RequestError: it is not.
        """
        if name not in self.arguments:
            raise RequestError("invalid", f"{self.command} needs arguments.{name}")
        return self.arguments[name]


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a request: ``result`` where it was fulfilled, else ``error``."""

    command: str
    transaction: str | None
    result: Mapping[str, Any] | None = None
    error: RequestError | None = None
    reply_to: ReplyTo = field(default_factory=ReplyTo)


def read_request(command: str, payload: bytes, reply_to: ReplyTo | None = None) -> Request:
    """The request that came on ``request/<command>``; an empty payload is one without arguments.

    Raises:
        RequestError: it is too large, no JSON, or not as the schema says.
    """
    if len(payload) > MOST_BYTES:
        raise RequestError("too_large", f"a request may have {MOST_BYTES} bytes, this one has {len(payload)}")
    message = _read_json(payload) if payload.strip() else {}
    if not isinstance(message, dict):
        raise RequestError("invalid", "a request is a JSON object, as in the schema edge/request/1")
    transaction = _transaction(message.get("transaction"))
    if message.get("schema", REQUEST_SCHEMA) != REQUEST_SCHEMA:
        raise RequestError("invalid", f"schema must be {REQUEST_SCHEMA}, or left out", transaction)
    if unknown := sorted(message.keys() - {"schema", "transaction", "arguments"}):
        raise RequestError(
            "invalid", f"{unknown[0][:40]!r} is no part of a request; what it needs stands in arguments", transaction
        )
    arguments = message.get("arguments", {})
    if not isinstance(arguments, dict):
        raise RequestError("invalid", "arguments must be a JSON object", transaction)
    return Request(command, MappingProxyType(arguments), transaction, reply_to or ReplyTo())


def _transaction(given: object) -> str | None:
    if given is not None and (not isinstance(given, str) or len(given) > LONGEST_TRANSACTION):
        raise RequestError("invalid", f"transaction must be text of at most {LONGEST_TRANSACTION} characters")
    return given


def _read_json(payload: bytes) -> Any:
    try:
        message = json.loads(payload.decode(), parse_constant=_refuse_constant)
        # JSON can spell half of a character ("\\ud800"), which no answer could be written with.
        json.dumps(message, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise RequestError("not_json", f"the payload is not JSON: {reason}") from error
    if _is_deeper(message, DEEPEST):
        raise RequestError("invalid", "the payload is nested too deeply")
    return message


def _is_deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(each, levels - 1) for each in inner)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
