"""The configuration, looked at and changed from afar: only keys that say so, checked as on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from edge.config.unknown import unknown_key
from edge.config.values import checked, path_in
from edge.errors import ConfigError, EdgeError
from edge.messages.request import RequestError
from edge.settings import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.config.schema import Key
    from edge.config.sections import Settings
    from edge.messages.request import Request


class Configured(Protocol):
    """The file and what is in force."""

    @property
    def settings(self) -> Settings:
        """What is in force."""
        ...

    def given(self, key: str) -> object:
        """What the file gives a key; None where it does not name it."""
        ...

    def change(self, key: str, value: object) -> None:
        """Give a key of the file a value (None: take it out).

        Raises:
            ConfigError: the file would be wrong; it is as it was.
            EdgeError: the file cannot be written.
        """
        ...

    def take_over(self) -> object:
        """Put the file in force, as far as that is possible live.

        Raises:
            EdgeError: it cannot be; what was in force still is.
        """
        ...


def get_config(configured: Configured, request: Request) -> Mapping[str, Any]:
    """The value of ``arguments.key`` that is in force, or those of all keys; secrets are masked.

    Raises:
        RequestError: there is no such key.
    """
    if "key" not in request.arguments:
        return {"values": {path: SCHEMA.shown_value_of(configured.settings, path) for path in SCHEMA.keys}}
    key = _key(request)
    return {
        "key": key.path,
        "value": SCHEMA.shown_value_of(configured.settings, key.path),
        "live": key.details.live,
        "remote": key.details.remote,
    }


def set_config(configured: Configured, request: Request) -> Mapping[str, Any]:
    """Give ``arguments.key`` of the file ``arguments.value``, and put it in force.

    ``in_force`` is false where the key needs a restart, or where the command line of the service has the last word.

    Raises:
        RequestError: key or value is wrong, or it cannot be done; nothing has changed.
    """
    key, value = _key(request), request.argument("value")
    if not key.details.remote:
        raise RequestError("not_remote", f"{key.path} can only be set on the device itself: edge config set {key.path}")
    try:
        wanted = checked(key, value)
    except ValueError as error:
        raise RequestError("out_of_bounds", f"{key.path} {error}") from error
    if path_in(key, wanted):
        raise RequestError("not_remote", f"{key.path} can be set to a path on the device itself only; name a model")
    before = configured.given(key.path)
    try:
        configured.change(key.path, value)
    except ConfigError as error:
        raise RequestError("conflict", str(error)) from error
    try:
        configured.take_over()
    except EdgeError as error:
        _take_back(configured, key.path, before)
        raise RequestError("failed", str(error)) from error
    in_force = SCHEMA.value_of(configured.settings, key.path) == wanted
    return {"key": key.path, "value": value, "live": key.details.live, "in_force": in_force}


def _take_back(configured: Configured, key: str, before: object) -> None:
    try:
        configured.change(key, before)
    except (EdgeError, OSError) as error:
        raise RequestError("failed", f"{key} is changed in the file, but not in force: {error}") from error


def _key(request: Request) -> Key:
    path = request.text("key")
    if path not in SCHEMA.keys:
        raise RequestError("unknown_key", str(unknown_key(SCHEMA, path)))
    return SCHEMA.keys[path]
