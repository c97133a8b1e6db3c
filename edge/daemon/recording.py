"""The daemon's own way of the data, with a trace for its only sink."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from edge import __version__
from edge.camera.settings import CameraSettings
from edge.daemon.build import build_processor, enabled_tasks
from edge.daemon.configured_camera import ConfiguredCamera
from edge.daemon.device_id import device_id
from edge.daemon.observation_recorder import ObservationRecorder, RecordedProcessor
from edge.daemon.pipeline import Pipeline
from edge.daemon.signals import signal_events
from edge.errors import ConfigError
from edge.settings import SCHEMA, DeviceSettings
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.registry import tasks
from edge.trace.pictures import PictureFolder
from edge.trace.records import FrameRecord, TraceHeader
from edge.trace.writer import TraceWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.config.sections import Settings
    from edge.daemon.signals import LoopEvent
    from edge.types import Frame

_TICK_S = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recording is; ``pictures`` is None where none are kept, ``camera_error`` why no frames come now."""

    seconds: float
    frames: int
    size_bytes: int
    pictures: PictureFolder | None
    camera_error: str | None


def record(
    settings: Settings,
    path: Path,
    *,
    seconds: float | None,
    frames: int | None,
    with_frames: bool,
    show: Callable[[Progress], None],
) -> Progress:
    """Record until the source ends, ``seconds`` have passed, ``frames`` were read or a signal comes.

    ``show`` is called now and then, and the last progress is returned. Must be called from the main thread.

    Raises:
        ConfigError: no picture may be kept, or the file exists. EdgeError: a part cannot start, or failed.
    """
    running = enabled_tasks(settings)
    _respect_privacy(settings, with_frames=with_frames)
    only_skeletons, occupancy = settings[DeviceSettings].only_skeletons, Occupancy()
    recorders = {task: ObservationRecorder(task, only_skeletons=only_skeletons) for task in running}
    processors = {
        task: build_processor(task, settings, running=running, still=False, occupancy=occupancy, recorder=one)
        for task, one in recorders.items()
    }
    header = TraceHeader(
        version=__version__,
        device=device_id(settings[DeviceSettings].id),
        run_id=str(uuid.uuid4()),
        wall_ns=time.time_ns(),
        monotonic_ns=time.monotonic_ns(),
        tasks=tuple(recorders[task].traced(processor.model.name) for task, processor in processors.items()),
        settings=settings,
    )
    pictures = PictureFolder(path) if with_frames else None
    events: SimpleQueue[LoopEvent] = SimpleQueue()
    with TraceWriter(path, header, SCHEMA) as writer, signal_events(events):
        pipeline = Pipeline(
            ConfiguredCamera(settings[CameraSettings]),
            [RecordedProcessor(processors[task], recorders[task], writer.write) for task in running],
            [],
            max_frames=frames,
            on_frame=lambda frame: writer.write(_record_of(frame, pictures)),
            on_end=lambda: events.put("ended"),
        )

        def progress(elapsed_s: float) -> Progress:
            return Progress(elapsed_s, writer.frames, writer.size_bytes, pictures, pipeline.camera_stats().error)

        elapsed_s = _run(pipeline, events, seconds, lambda elapsed_s: show(progress(elapsed_s)))
    return progress(elapsed_s)


def _respect_privacy(settings: Settings, *, with_frames: bool) -> None:
    """A trace is made to be handed on: where only skeletons may leave the appliance it holds no picture, however small.

    Raises:
        ConfigError: it would.
    """
    if not settings[DeviceSettings].only_skeletons:
        return
    if with_frames:
        raise ConfigError("device.privacy = skeleton lets no picture leave; record without --with-frames")
    for task in enabled_tasks(settings):
        if tasks()[task].trace.HOLDS_PICTURES:
            raise ConfigError(
                f"device.privacy = skeleton lets no picture leave, and for {task} a trace holds small grey ones; "
                f"record with --set {task}.enabled=false"
            )


def _run(
    pipeline: Pipeline, events: SimpleQueue[LoopEvent], seconds: float | None, tick: Callable[[float], None]
) -> float:
    """Run until an event or until ``seconds`` are over; how many they were. ``tick`` is called in between."""
    started_s = time.monotonic()
    longest_s = float("inf") if seconds is None else seconds
    pipeline.start()
    try:
        while (left_s := started_s + longest_s - time.monotonic()) > 0:
            try:
                events.get(timeout=min(_TICK_S, left_s))
                break
            except Empty:
                tick(time.monotonic() - started_s)
    finally:
        pipeline.stop()
        pipeline.join()
    return time.monotonic() - started_s


def _record_of(frame: Frame, pictures: PictureFolder | None) -> FrameRecord:
    return FrameRecord(
        number=frame.number,
        segment=frame.segment,
        timestamp_ns=frame.timestamp_ns,
        captured_ns=frame.captured_ns,
        width=frame.width,
        height=frame.height,
        has_picture=pictures is not None and pictures.keep(frame),
    )
