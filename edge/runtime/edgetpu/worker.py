"""The process that holds an EdgeTPU: ``python -m edge.runtime.edgetpu.worker PARENT DEVICE SOCKET``.

It loads libedgetpu and the models, and runs them one invoke after the other. It ends when its parent does, when its
socket is closed, or whenever its library has it end. ``DEVICE`` is for whoever looks at the list of processes.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from edge.base.child import be_first_to_end, end_with, what_happened
from edge.base.packets import ChannelError
from edge.errors import ModelError
from edge.runtime.edgetpu.channel import ChildEnd
from edge.runtime.edgetpu.device_lock import lock_device
from edge.runtime.edgetpu.library import Library
from edge.runtime.edgetpu.lost import Lost
from edge.runtime.edgetpu.memory import map_tensors
from edge.runtime.edgetpu.variants import Tensors, difference
from edge.runtime.interpreter import TfliteModel, load_delegate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.runtime.edgetpu.channel import Plan, PlannedModel


class ServedModel:
    """A model with its inputs and outputs in memory that the parent has, too.

    Raises:
        ModelError: it cannot be loaded or run here.
    """

    def __init__(self, planned: PlannedModel, delegate: object | None) -> None:
        path = Path(planned.path)
        self._model = TfliteModel(path, delegate=delegate)
        inputs, outputs = found = Tensors.of(self._model)
        if unlike := difference(planned.tensors, found):
            raise ModelError(f"{path}: it is not the file any more that was opened: {unlike}")
        given = map_tensors(planned.inputs, inputs, writable=False)
        wanted = map_tensors(planned.outputs, outputs, writable=True)
        self._inputs = tuple(zip(inputs, given, strict=True))
        self._outputs = tuple(zip(outputs, wanted, strict=True))

    def invoke(self) -> None:
        """Run it on what its inputs hold.

        Raises:
            ModelError: it failed.
        """
        model = self._model
        for tensor, given in self._inputs:
            np.copyto(model.view(tensor), given)
        model.invoke()
        for tensor, wanted in self._outputs:
            np.copyto(wanted, model.view(tensor))


def serve(channel: ChildEnd) -> None:
    """Load what is planned, and run it whenever that is wanted, until nobody is there who wants anything.

    Raises:
        Lost: the EdgeTPU or its library cannot be used.
        ModelError: a model failed while running.
    """
    plan = channel.receive_plan()
    with lock_device(plan.tpu), suppress(ChannelError):  # the EdgeTPU is closed before it is unlocked
        _run_models(channel, plan)


def run(channel: ChildEnd) -> NoReturn:
    """Serve, tell what went wrong, and end this process without a look back: what libraries do at the end may hang."""
    failure = _failure(channel)
    with suppress(ChannelError):  # nobody is there any more to tell
        if failure:
            channel.say_failed(failure)
    channel.wait_hung_up()  # whoever sees the end before the words would take it for one by itself
    os._exit(0)


def _failure(channel: ChildEnd) -> Lost | None:
    """Serve; what went wrong, or None where only nobody is there any more."""
    try:
        serve(channel)
    except ChannelError:
        return None
    except Lost as lost:
        return lost
    except ModelError as error:
        return Lost(f"it failed: {error}")
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told where somebody reads it
        return Lost(f"it failed: {what_happened(error)}")
    return None


def _run_models(channel: ChildEnd, plan: Plan) -> NoReturn:
    """Raises :class:`ChannelError` where nobody is there any more, and then closes the EdgeTPU."""
    delegate = _open(plan, channel) if plan.library else None
    models = [_load(channel, number, planned, delegate) for number, planned in enumerate(plan.models)]
    channel.say_loaded()
    while True:
        wanted, number = channel.receive_invoke()
        model = models[wanted]
        if model is None:
            raise Lost("its runtime cannot run the model")
        model.invoke()
        channel.say_done(number)


def _open(plan: Plan, channel: ChildEnd) -> object:
    """The delegate for the planned EdgeTPU. What its library does from here on may end this process."""
    library = Library(plan.library)
    channel.say_library(library.version())
    options = {**dict(plan.options), "device": library.device_name(plan.tpu)}
    try:
        return load_delegate(plan.library, options)
    except ModelError as error:
        raise Lost(f"libedgetpu cannot open {options['device']} at {plan.tpu.node} ({error})") from error


def _load(channel: ChildEnd, number: int, planned: PlannedModel, delegate: object | None) -> ServedModel | None:
    try:
        return ServedModel(planned, delegate)
    except ModelError as error:
        channel.say_refused(number, str(error))
        return None


def main(arguments: Sequence[str]) -> NoReturn:
    """Run what the parent wants to be run."""
    parent, _, fd = arguments
    end_with(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    with suppress(OSError, ValueError):  # a sandbox may forbid it
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a card is soon full of core files
    be_first_to_end()
    run(ChildEnd(int(fd)))


if __name__ == "__main__":
    main(sys.argv[1:])
