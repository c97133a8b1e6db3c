"""One request after the other, in the daemon's main thread."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from edge.base.limited_log import LimitedLog
from edge.base.text import one_line
from edge.daemon.requests.remote_config import get_config, set_config
from edge.errors import EdgeError
from edge.messages.request import RequestError, Response
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge.daemon.requests.remote_config import Configured
    from edge.daemon.requests.snapshot import Snapshot
    from edge.messages.request import Request
    from edge.types import TaskName

_log = logging.getLogger(__name__)

Fields: TypeAlias = "Mapping[str, Any]"


class Appliance(Protocol):
    """What a request may have done."""

    def tell_everything(self) -> None:
        """Publish all that is retained again."""
        ...

    def set_paused(self, task: TaskName, *, paused: bool) -> None:
        """Have a task rest or go on; raises ``KeyError`` for one that is not enabled."""
        ...

    def snapshot(self) -> Snapshot:
        """What the camera sees; raises ``RequestError`` where that is not allowed or there is nothing."""
        ...

    def restart(self) -> None:
        """Stop, and start anew."""
        ...


@dataclass(frozen=True, slots=True)
class RequestHandler:
    """Fulfils requests on the ``appliance`` and its configuration."""

    appliance: Appliance
    configured: Configured
    _lines: LimitedLog = field(default_factory=lambda: LimitedLog(_log), repr=False)

    def answer(self, request: Request) -> Response:
        """Fulfil a request, or say why not; then nothing has changed."""
        try:
            result = self._action(request)()
        except RequestError as error:
            return self._refused(request, error)
        except (EdgeError, OSError) as error:
            return self._refused(request, RequestError("failed", str(error)))
        self._lines.log(logging.INFO, "request fulfilled", extra={"command": request.command})
        return Response(request.command, request.transaction, result=result, reply_to=request.reply_to)

    def _refused(self, request: Request, error: RequestError) -> Response:
        self._lines.log(logging.WARNING, "request %r refused: %s", request.command, one_line(error.message))
        return Response(request.command, request.transaction, error=error, reply_to=request.reply_to)

    def _action(self, request: Request) -> Callable[[], Fields]:
        actions: Mapping[str, Callable[[], Fields]] = {
            "state": lambda: self._done(self.appliance.tell_everything),
            "config/get": lambda: get_config(self.configured, request),
            "config/set": lambda: set_config(self.configured, request),
            "snapshot": lambda: self.appliance.snapshot().described(),
            "task/pause": lambda: self._set_paused(request, paused=request.flag("paused", default=True)),
            "task/resume": lambda: self._set_paused(request, paused=False),
            "restart": lambda: self._done(self.appliance.restart),
        }
        if request.command not in actions:
            raise RequestError(
                "unknown_command", f"there is no request {request.command}; there are {', '.join(actions)}"
            )
        return actions[request.command]

    def _set_paused(self, request: Request, *, paused: bool) -> Fields:
        task = request.text("task")
        if task not in tasks():
            raise RequestError("invalid", f"arguments.task must be one of {', '.join(tasks())}")
        try:
            self.appliance.set_paused(task, paused=paused)
        except KeyError:
            raise RequestError(
                "not_allowed", f"{task} is not enabled; set {task}.enabled in the configuration"
            ) from None
        return {"task": task, "paused": paused}

    @staticmethod
    def _done(act: Callable[[], None]) -> Fields:
        act()
        return {}
