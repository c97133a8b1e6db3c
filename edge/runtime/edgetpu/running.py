"""Starts the worker of an EdgeTPU, and never leaves it behind."""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from edge.base.child import module_command, running_child
from edge.base.packets import ChannelError
from edge.runtime.edgetpu.channel import ParentEnd, Plan, PlannedModel
from edge.runtime.edgetpu.lost import Lost
from edge.runtime.edgetpu.memory import TensorMemory
from edge.runtime.edgetpu.process import Started, WorkerProcess
from edge.runtime.edgetpu.stderr_log import StderrLog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.runtime.edgetpu.devices import EdgeTpu
    from edge.runtime.edgetpu.process import WorkerModel, WorkerOptions

_MODULE = "edge.runtime.edgetpu.worker"


@contextmanager
def running_worker(models: Sequence[WorkerModel], tpu: EdgeTpu, options: WorkerOptions) -> Iterator[WorkerProcess]:
    """A worker for the block, which has just been started. The thread that enters the block has to outlive it.

    Raises:
        Lost: it cannot be started.
    """
    with ExitStack() as stack:
        outputs = [TensorMemory(model.tensors.outputs, is_output=True) for model in models]
        planned = [_planned(model, memory) for model, memory in zip(models, outputs, strict=True)]
        channel = stack.enter_context(closing(ParentEnd()))
        fds = [channel.child_fd, *(fd for each in planned for fd in (each.inputs, each.outputs))]
        command = module_command(_MODULE, str(os.getpid()), tpu.name, str(channel.child_fd))
        try:
            child = stack.enter_context(running_child(command, stderr=subprocess.PIPE, pass_fds=fds))
            channel.give(Plan(tpu, options.library, options.options, tuple(planned)))
        except (OSError, ChannelError) as error:
            raise Lost(f"its process cannot be started: {error}") from error
        for memory in outputs:
            memory.close()
        end_fd = os.pidfd_open(child.pid)
        stack.callback(os.close, end_fd)
        started = Started(child, end_fd, channel, StderrLog(child.stderr, tpu.name))
        worker = WorkerProcess(started, models, [memory.views for memory in outputs], options)
        stack.callback(worker.end)
        yield worker


def _planned(model: WorkerModel, outputs: TensorMemory) -> PlannedModel:
    return PlannedModel(str(model.path.absolute()), model.tensors, model.inputs.fd, outputs.fd)
