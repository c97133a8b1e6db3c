"""Read by the Python of the service under test: what EDGE_STAND_IN names is put in the place of something real.

Each does its work until a file says that it hangs. picamera2 and libcamera need nothing here: the modules beside this
one are found before all others.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.booted.site.control import hang_if

WANTED = os.environ.get("EDGE_STAND_IN", "").split(",")

if "delegate" in WANTED:
    from ai_edge_litert import interpreter

    _interpreter = interpreter.Interpreter

    def _delegated(*args: Any, model_path: str, **options: Any) -> Any:
        """Pose runs on the delegate, the other tasks do not."""
        if "pose" in model_path:
            library = Path(__file__).with_name("delegate.so")
            options["experimental_delegates"] = [interpreter.load_delegate(str(library))]
        return _interpreter(*args, model_path=model_path, **options)

    interpreter.Interpreter = _delegated

if "mqtt" in WANTED:
    from paho.mqtt.client import Client

    _loop, _publish = Client.loop, Client.publish

    def _hanging_loop(self: Client, *args: Any, **options: Any) -> Any:
        hang_if("connection-hangs")
        return _loop(self, *args, **options)

    def _hanging_publish(self: Client, *args: Any, **options: Any) -> Any:
        hang_if("publisher-hangs")
        return _publish(self, *args, **options)

    Client.loop, Client.publish = _hanging_loop, _hanging_publish  # type: ignore[method-assign]

if "deadly" in WANTED:
    from edge.tasks.pose.processor import PoseProcessor
    from edge.tasks.pose.settings import PoseSettings

    _DEADLY = 5
    _tune = PoseProcessor.tune

    def _deadly(processor: PoseProcessor, settings: Any) -> None:
        """Settings that are right, and a fault that no check knows of."""
        _tune(processor, settings)
        if settings[PoseSettings].max_people == _DEADLY:
            setattr(processor, "process", _fail)  # noqa: B010  # not a method of this object

    def _fail(_frame: object) -> None:
        raise OverflowError("cannot convert float infinity to integer")

    setattr(PoseProcessor, "tune", _deadly)  # noqa: B010  # not a method of this class
