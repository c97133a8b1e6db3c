"""The values every room speaks: frozen dataclasses, plain numbers, numpy arrays with stated shapes.

Coordinates without a unit suffix are normalised: 0..1 of the camera frame, origin top left, x right, y down.
Times ending in ``_ns`` are nanoseconds of a monotonic clock; wall time is added once, when a message is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias, cast, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

TaskName: TypeAlias = str
"""The name of a task, as in its section of the configuration and its topics."""
Backend: TypeAlias = Literal["cpu", "edgetpu"]
Fit: TypeAlias = Literal["letterbox", "stretch", "center_crop"]
"""How a picture is fitted to a model's input: with margins, out of shape, or cut at the sides."""
Rotation: TypeAlias = Literal[0, 90, 180, 270]
"""Degrees clockwise."""
ImageArray: TypeAlias = "NDArray[np.uint8]"
FloatArray: TypeAlias = "NDArray[np.float32]"
PixelFormat: TypeAlias = Literal["rgb", "i420"]
EventType: TypeAlias = Literal["start", "update", "end"]
EndReason: TypeAlias = Literal["over", "unseen"]
"""Why an event ended: it was seen to be over, or nobody looked any more (no camera, no results, a stop)."""
StepKind: TypeAlias = Literal["ready", "lost", "restart", "reset", "wait", "gone"]
"""What became of an EdgeTPU: it computes; it does not any more; its process is started again; it is reset on its USB
port; it is left alone for a while; it is not attached any more.
"""

Strain: TypeAlias = Literal["temperature", "throttled", "under_voltage", "queue_age"]
"""Why the governor holds tasks back: the processor is hot, the firmware slows it down, the supply voltage is too low,
frames wait too long for their turn.
"""

NS_PER_S = 1_000_000_000
_RGB_DIMENSIONS = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture from a camera.

    ``image`` is ``(height, width, 3) uint8`` RGB, or the three planes of I420 as ``(height * 3 / 2, width) uint8``:
    BT.601 luma in 16..235 at full size, then both chroma planes at half width and half height, width and height even.
    I420 is kept until a task has shrunk it, which is far cheaper than turning the whole picture to RGB first. An image
    is never written to after the camera handed it out.
    ``timestamp_ns`` is the stream's own time: the sensor's timestamp of a live camera, media time of a file (it goes
    on growing when a file loops). Trackers and rates use it. ``captured_ns`` is when the frame was taken or delivered
    on ``time.monotonic_ns``; latency is measured from it. ``segment`` counts the restarts of the source (a loop, a
    reconnect, the next still): whoever keeps state across frames drops it when the segment changes.
    """

    number: int
    image: ImageArray
    timestamp_ns: int
    captured_ns: int
    segment: int = 0

    @property
    def pixel_format(self) -> PixelFormat:
        """What ``image`` holds: three channels are RGB, planes in one channel are I420."""
        return "rgb" if self.image.ndim == _RGB_DIMENSIONS else "i420"

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture in pixels."""
        rows, width = self.image.shape[:2]
        return rows if self.pixel_format == "rgb" else rows * 2 // 3, width

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.size[1]

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.size[0]

    @property
    def info(self) -> FrameInfo:
        """What is worth knowing of the frame once its picture is gone."""
        return FrameInfo(self.number, self.width, self.height, self.captured_ns)

    def rgb(self) -> ImageArray:
        """The picture as ``(height, width, 3) uint8`` RGB: ``image`` itself where it is that, else a converted copy."""
        if self.pixel_format == "rgb":
            return self.image
        import cv2  # noqa: PLC0415  # whoever needs no pixels need not wait for OpenCV to load

        return cast("ImageArray", cv2.cvtColor(self.image, cv2.COLOR_YUV2RGB_I420))


@dataclass(frozen=True, slots=True)
class FrameInfo:
    """A frame without its picture: its number, its size in pixels, when it was taken (``time.monotonic_ns``)."""

    number: int
    width: int
    height: int
    captured_ns: int


def i420_planes(image: ImageArray) -> tuple[ImageArray, ImageArray, ImageArray]:
    """The planes of a contiguous I420 image, as views of it.

    ``(height * 3 / 2, width)`` holds luma ``(height, width)``, then U and V, each ``(height / 2, width / 2)``.
    """
    height, width = image.shape[0] * 2 // 3, image.shape[1]
    luma, chroma = image[:height], image[height:].reshape(2, height // 2, width // 2)
    return luma, chroma[0], chroma[1]


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, normalised; ``x`` and ``y`` are its top left corner."""

    x: float
    y: float
    width: float
    height: float


FULL_FRAME = Box(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Category:
    """One class of a classifier: its index in the model's output, score 0..1 and names."""

    index: int
    score: float
    category_name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The label that consensus over time has settled on, since ``since_ns`` (``time.monotonic_ns``)."""

    category_name: str
    since_ns: int


class Result(Protocol):
    """What a task found in one frame; ``task`` says which it was, and so what else there is."""

    @property
    def task(self) -> TaskName:
        """The task."""
        ...

    @property
    def frame(self) -> Frame:
        """The frame it was found in."""
        ...

    @property
    def model(self) -> str:
        """The name of the model that found it."""
        ...

    @property
    def backend(self) -> Backend:
        """What computed it."""
        ...

    @property
    def inference_ms(self) -> float:
        """How long the model took."""
        ...


@runtime_checkable
class MaskedResult(Protocol):
    """A result that may hold which pixels are of whom: much to carry for whoever draws no silhouettes."""

    def without_masks(self) -> Result:
        """The same with nothing of that."""
        ...


class Sight(NamedTuple):
    """What a task sees, by ``name`` (None for nothing), and how many of it; a ``number`` of None is not known."""

    name: str | None
    number: int | None


NOTHING_KNOWN = Sight(None, None)


@dataclass(frozen=True, slots=True)
class TaskState:
    """What a task sees, without flicker, since ``since_ns`` (``time.monotonic_ns``).

    ``frame`` is the one that changed it; None where no frame did: at the start, when frames stay away, at the end.
    ``model`` is None where the task is switched off, ``backend`` before its first result.
    """

    task: TaskName
    frame: FrameInfo | None
    model: str | None
    backend: Backend | None
    sight: Sight = NOTHING_KNOWN
    since_ns: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something began, goes on or ended; ``id`` is the same from start to end.

    ``what`` it is: people who are there (with their ``count``, 0 at the end), a settled label (with its
    ``category_name``), a fallback, in which the CPU computes what an EdgeTPU should (with the latest ``step`` of its
    recovery, and ``why``), or that the governor holds a task back (to which ``level``, at most how often, and ``why``).
    ``since_ns`` is when it began (``time.monotonic_ns``). ``frame`` is the one that showed it,
    None where no frame did. Only an end has a ``reason``.
    """

    id: str
    type: EventType
    what: str
    since_ns: int
    task: TaskName
    frame: FrameInfo | None
    model: str
    backend: Backend | None
    category_name: str | None = None
    count: int | None = None
    reason: EndReason | None = None
    step: StepKind | None = None
    why: str | None = None
    level: int | None = None
    rate_hz: float | None = None


CameraState: TypeAlias = Literal["starting", "running", "retrying", "ended"]


@dataclass(frozen=True, slots=True)
class Percentiles:
    """The median and the slow end of a set of durations, in ms."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class TaskStats:
    """How one task is doing: its rate and durations over the last ten seconds, its counts since the start.

    ``fallback_for`` is the configured model while the starter model runs because that one is missing, else None.
    ``latency_ms`` runs from the capture of a frame to its result; both durations are None before the first result.
    ``error`` says why the task is off, or why the last frame had no result; None where it had. ``backend`` is what
    computes the next frame, ``backend_reason`` why that is the CPU although it is not asked for, else None;
    ``restarts`` counts how often the process of its EdgeTPU had to be started again. ``edgetpu_failed``: the CPU
    computes because that EdgeTPU has failed, or because the one that is asked for cannot be had.
    """

    model: str
    fallback_for: str | None
    backend: Backend
    rate_hz: float
    frames: int
    results: int
    dropped: int
    inference_ms: Percentiles | None
    latency_ms: Percentiles | None
    paused: bool = False
    error: str | None = None
    backend_reason: str | None = None
    restarts: int = 0
    edgetpu_failed: bool = False


EdgeTpuState: TypeAlias = Literal["starting", "ready", "waiting", "busy"]
"""``starting``: models are being loaded; ``ready``: it computes what it is given; ``waiting``: it has failed and is
tried again later; ``busy``: another program has it.
"""


@dataclass(frozen=True, slots=True)
class EdgeTpuStats:
    """How one attached EdgeTPU is doing: ``rate_hz`` is over the last ten seconds, ``restarts`` are since the start.

    ``device`` is its name, such as "usb:0", ``path`` where the system lists it; the first may change when another one
    is attached. ``temperature_c`` is None where it cannot be read. ``error`` says why it does not compute, else None.
    """

    device: str
    path: str
    state: EdgeTpuState
    rate_hz: float
    temperature_c: float | None
    restarts: int
    error: str | None


@dataclass(frozen=True, slots=True)
class CameraStats:
    """How the camera is doing: ``fps`` over the last ten seconds, ``frames`` since the start.

    ``error`` says why it is being opened anew; None while it delivers.
    """

    source: str
    state: CameraState
    fps: float
    frames: int
    error: str | None


@dataclass(frozen=True, slots=True)
class MqttStats:
    """How the link to the broker is doing; counts since the start, over all topics.

    ``events_waiting`` have not been confirmed by the broker yet, ``events_dropped`` never will be: there were too many.
    ``trouble`` says what is wrong at a broker that is there, and what to do, else None.
    """

    connected: bool
    published: int
    dropped: int
    reconnects: int
    events_waiting: int
    events_dropped: int
    trouble: str | None = None


MonitorState: TypeAlias = Literal["off", "waiting", "showing", "asleep", "retrying", "closed"]
"""``off``: none is wanted; ``waiting``: none is attached; ``asleep``: nobody was there for long; ``retrying``: it was
lost or cannot be used, and is tried again; ``closed``: a person has closed the window.
"""


@dataclass(frozen=True, slots=True)
class MonitorStats:
    """How the monitor is doing, over the last ten seconds: pictures shown a second, and how old their frames were.

    ``latency_ms`` runs from the capture of a frame to when it is seen, None while none is shown. ``error`` says why
    there is no picture; None while there is one, and where none is wanted.
    """

    state: MonitorState = "off"
    fps: float = 0.0
    latency_ms: Percentiles | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class GovernorStats:
    """What the governor does: ``level`` is 0 where nothing is held back by ``reasons``, which have led to the level.

    ``idle``: nobody is there and nothing moves. ``rates_hz`` are the bounds of the tasks that have one now, ``models``
    the lighter models that run in the place of the configured ones, both by task.
    """

    level: int
    reasons: tuple[Strain, ...]
    idle: bool
    rates_hz: dict[TaskName, float]
    models: dict[TaskName, str]


@dataclass(frozen=True, slots=True)
class Stats:
    """How the appliance is doing.

    ``memory_mb`` is the resident memory of the process in MiB, ``load`` the load average over one minute;
    ``temperature_c`` and ``throttled`` (slowed down now by heat or low voltage) are None where unknown.
    ``config_error`` says what is wrong with the configuration file while the last good one is in force, else None.
    ``update_error`` says why a newer version was taken back, until a later one works; else None.
    ``score_thresholds`` are those in force, of the tasks that run. ``edgetpus`` are those attached that a task may use.
    """

    version: str
    uptime_s: float
    tasks: Mapping[TaskName, TaskStats]
    camera: CameraStats
    mqtt: MqttStats
    memory_mb: float
    load: float
    temperature_c: float | None
    throttled: bool | None
    config_error: str | None
    update_error: str | None = None
    score_thresholds: Mapping[TaskName, float] = field(default_factory=dict)
    monitor: MonitorStats = MonitorStats()
    edgetpus: tuple[EdgeTpuStats, ...] = ()
    governor: GovernorStats | None = None
