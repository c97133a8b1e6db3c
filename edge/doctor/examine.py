"""All checks, in the order of reading, run side by side, each with a deadline and none able to harm another."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edge.base.loading import import_in_turn
from edge.doctor.finding import Finding, failed, skipped
from edge.doctor.subject import SkipError
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from edge.doctor.subject import Subject

_QUICK_S, _COMMANDS_S, _PROBES_S = 5.0, 12.0, 20.0
_FRAME_S = 16.0
_EDGETPU_S = 45.0
"""libedgetpu takes up to 25 s to load the firmware of one that has not been used yet."""
_LATER = "try again when the machine has less to do; if it comes back, see system.writable and system.temperature"
_REPORT = "please report this with the output of: edge doctor --json"


@dataclass(frozen=True, slots=True)
class Check:
    """A function of a module of ``edge.doctor.checks``, called with a ``Subject``; what it finds begins with ``name``.

    It is named and not imported here, so that a package that is broken costs this check alone. ``arguments``, where
    there are any, are for a function that makes the check.
    """

    name: str
    module: str
    function: str
    limit_s: float = _QUICK_S
    arguments: tuple[Any, ...] = ()

    def load(self) -> Callable[[Subject], Iterable[Finding]]:
        """The function."""
        found = getattr(import_in_turn(f"edge.doctor.checks.{self.module}"), self.function)
        check: Callable[[Subject], Iterable[Finding]] = found(*self.arguments) if self.arguments else found
        return check


CHECKS = (
    Check("system.configuration", "configuration", "configuration"),
    Check("system.first_boot", "first_boot", "settings", _COMMANDS_S),
    Check("system.bits", "computer", "bits"),
    Check("system.page_size", "computer", "page_size"),
    Check("system.clock", "computer", "clock", _COMMANDS_S),
    Check("system.temperature", "power", "temperature"),
    Check("system.power", "power", "under_voltage", _COMMANDS_S),
    Check("system.supply", "power", "supply"),
    Check("system.throttling", "power", "throttling", _COMMANDS_S),
    Check("system.disk", "computer", "disk"),
    Check("system.writable", "computer", "writable"),
    Check("system.groups", "groups", "groups"),
    Check("configuration.inbox", "configuration", "inbox"),
    Check("configuration.in_use", "configuration", "in_use", _COMMANDS_S),
    Check("runtime.python", "packages", "python"),
    Check("runtime.numpy", "packages", "numpy"),
    Check("runtime.picamera2", "packages", "picamera2"),
    Check("runtime.packages", "packages", "packages", _PROBES_S),
    Check("runtime.tflite", "runtime", "tflite", _PROBES_S),
    *(Check(f"models.{task}", "models", "model_of", _PROBES_S, (task,)) for task in tasks()),
    Check("models.store", "models", "store", _PROBES_S),
    Check("camera.device", "camera", "device"),
    Check("camera.permissions", "camera", "permissions"),
    Check("camera.frame", "camera", "frame_within", _PROBES_S, (_FRAME_S,)),
    Check("edgetpu.device", "coral", "device", _COMMANDS_S),
    Check("edgetpu.choice", "coral_tasks", "choice"),
    Check("edgetpu.models", "coral_tasks", "models", _PROBES_S),
    Check("edgetpu.link", "coral_usb", "link"),
    Check("edgetpu.sleep", "coral_usb", "sleep"),
    Check("edgetpu.pcie", "coral_driver", "pcie"),
    Check("edgetpu.temperature", "coral_driver", "temperature"),
    Check("edgetpu.permissions", "coral", "permissions"),
    Check("edgetpu.in_use", "coral_use", "in_use", _COMMANDS_S),
    Check("edgetpu.library", "coral_library", "library", _PROBES_S),
    Check("edgetpu.inference", "coral_inference", "inference", _EDGETPU_S),
    Check("edgetpu.pycoral", "coral_pycoral", "pycoral", _COMMANDS_S),
    Check("display.screen", "display", "screen"),
    Check("display.edid", "display", "edid"),
    Check("display.permissions", "display", "permissions"),
    Check("display.in_use", "display", "in_use", _COMMANDS_S),
    Check("display.window", "display", "window"),
    Check("broker.reachable", "broker", "reachable", _COMMANDS_S),
    Check("broker.login", "broker", "login", _PROBES_S),
    Check("broker.permissions", "broker_permissions", "permissions", _PROBES_S),
    Check("broker.trouble", "broker", "trouble", _PROBES_S),
    Check("service.unit", "unit", "state", _COMMANDS_S),
    Check("service.files", "service_files", "files", _COMMANDS_S),
    Check("service.errors", "unit", "errors", _COMMANDS_S),
    Check("update.last", "update", "last", _COMMANDS_S),
)


def examine(subject: Subject, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """What all checks find, in their order, after the longest of their deadlines at the latest."""
    began_s = time.monotonic()
    runs = [_Run(check, subject) for check in checks]
    for run in runs:
        run.thread.start()
    for run in runs:
        run.thread.join(max(0.0, began_s + run.check.limit_s - time.monotonic()))
    return [finding for run in runs for finding in run.findings()]


@dataclass(slots=True)
class _Run:
    """A check at work in a thread, which is left behind where it does not end."""

    check: Check
    subject: Subject
    _found: list[Finding] = field(default_factory=list)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._work, name=self.check.name, daemon=True)

    def findings(self) -> list[Finding]:
        """What it has found so far, and that it is stuck if it is."""
        found = list(self._found)
        if self.thread.is_alive():
            found.append(failed(self.check.name, f"could not be checked within {self.check.limit_s:g} s", _LATER))
        return found

    def _work(self) -> None:
        name = self.check.name
        try:
            self._found.extend(self.check.load()(self.subject))
        except SkipError as reason:
            self._found.append(skipped(name, str(reason)))
        except ImportError as error:
            self._found.append(
                skipped(name, f"needs a package that cannot be imported ({error}); see runtime.packages")
            )
        except Exception as error:  # noqa: BLE001  # whatever a check stumbles over is itself worth knowing
            sentence = " ".join(f"{type(error).__name__}: {error}".split())
            self._found.append(failed(name, f"could not be checked ({sentence})", _REPORT))
