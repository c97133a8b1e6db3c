"""What a monitor is given, made from nothing."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edge.monitor.status import Status, TaskStatus
from edge.monitor.view import Picture, View
from edge.tasks.common.category_result import CategoryResult
from edge.tasks.pose.result import Pose, PoseResult
from edge.types import Frame

if TYPE_CHECKING:
    from edge.types import CameraState, ImageArray, TaskName

PEOPLE, LABELS = "pose", "classification"


def status_of(*tasks: TaskName, camera: CameraState = "running", paused: tuple[TaskName, ...] = ()) -> Status:
    """An appliance that is well, with these tasks."""
    rows = tuple(TaskStatus(task, 15.0, 20.0, "cpu", is_paused=task in paused) for task in tasks)
    return Status("kitchen", ("192.168.1.20",), camera, 30.0, rows, "connected")


def frame_of(number: int, image: ImageArray | None = None, captured_ns: int = 0) -> Frame:
    """A frame of 8 x 4 pixels, each as bright as its number."""
    pixels = np.full((4, 8, 3), number, np.uint8) if image is None else image
    return Frame(number, pixels, captured_ns, captured_ns)


def people_in(frame: Frame, *people: Pose) -> PoseResult:
    """These people, or nobody, found in a frame."""
    return PoseResult(frame, "some-model", "cpu", 10.0, people)


def labels_of(frame: Frame) -> CategoryResult:
    """No label at all, found in a frame."""
    return CategoryResult(LABELS, frame, "some-model", "cpu", 10.0, (), None)


def view_of(image: ImageArray | None = None, number: int = 1) -> View:
    """A view of an image, or of nothing."""
    if image is None:
        return View(None, (), status_of())
    frame = frame_of(number, image)
    return View(Picture(image, frame.pixel_format, frame.width, frame.height, number, 0), (), status_of())


def children() -> set[int]:
    """The processes that this one has started and that run."""
    found: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # threads come and go
            found.update(map(int, (thread / "children").read_text().split()))
    return found


def open_files() -> int:
    """How many file descriptors this process has."""
    return len(list(Path("/proc/self/fd").iterdir()))


def resident_kb() -> int:
    """The memory of this process, in KiB."""
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1])
