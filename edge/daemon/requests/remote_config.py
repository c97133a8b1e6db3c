"""The configuration, looked at and changed from afar: only keys that say so, checked as on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from edge.config.load import unknown_key
from edge.config.schema import entries, shown_value_of, value_of
from edge.config.values import checked, is_model_path
from edge.errors import ConfigError, EdgeError
from edge.messages.request import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.config.schema import Entry
    from edge.config.settings import Settings
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
        return {"values": {path: shown_value_of(configured.settings, path) for path in entries()}}
    entry = _entry(request)
    return {
        "key": entry.path,
        "value": shown_value_of(configured.settings, entry.path),
        "live": entry.key.live,
        "remote": entry.key.remote,
    }


def set_config(configured: Configured, request: Request) -> Mapping[str, Any]:
    """Give ``arguments.key`` of the file ``arguments.value``, and put it in force.

    ``in_force`` is false where the key needs a restart, or where the command line of the service has the last word.

    Raises:
        RequestError: key or value is wrong, or it cannot be done; nothing has changed.
    """
    entry, value = _entry(request), request.argument("value")
    if not entry.key.remote:
        raise RequestError(
            "not_remote", f"{entry.path} can only be set on the device itself: edge config set {entry.path}"
        )
    try:
        wanted = checked(entry, value)
    except ValueError as error:
        raise RequestError("out_of_bounds", f"{entry.path} {error}") from error
    if entry.key.kind == "model" and is_model_path(str(wanted)):
        raise RequestError("not_remote", f"{entry.path} can be set to a path on the device itself only; name a model")
    before = configured.given(entry.path)
    try:
        configured.change(entry.path, value)
    except ConfigError as error:
        raise RequestError("conflict", str(error)) from error
    try:
        configured.take_over()
    except EdgeError as error:
        _take_back(configured, entry.path, before)
        raise RequestError("failed", str(error)) from error
    in_force = value_of(configured.settings, entry.path) == wanted
    return {"key": entry.path, "value": value, "live": entry.key.live, "in_force": in_force}


def _take_back(configured: Configured, key: str, before: object) -> None:
    try:
        configured.change(key, before)
    except (EdgeError, OSError) as error:
        raise RequestError("failed", f"{key} is changed in the file, but not in force: {error}") from error


def _entry(request: Request) -> Entry:
    key = request.text("key")
    if key not in entries():
        raise RequestError("unknown_key", str(unknown_key(key)))
    return entries()[key]
