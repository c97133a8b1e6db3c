"""Views of every state, made of the built-in scene and of what is true of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from edge.monitor.status import Login, Status, TaskStatus, Trouble
from edge.monitor.view import Picture, View
from edge.scene.scene import Scene
from edge.tasks.common.category_result import CategoryResult
from edge.tasks.pose.result import Pose, PoseResult
from edge.types import Category, Frame, Settled

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    from edge.scene.truth import PersonTruth
    from edge.types import Result

SIZES = ((640, 480), (1280, 720), (1920, 1080))
WAVING, NOBODY, SEVERAL = 12.0, 2.0, 50.9
_FRAME = Frame(1, np.zeros((0, 0, 3), np.uint8), 0, 0)

STATUS = Status(
    device="pi-9f3c",
    addresses=("192.168.1.23",),
    camera_state="running",
    camera_fps=30.0,
    tasks=(
        TaskStatus("pose", 28.4, 34.6, "cpu"),
        TaskStatus("classification", 4.8, 61.0, "cpu"),
        TaskStatus("action", 5.0, 88.0, "cpu"),
    ),
    broker="connected",
    temperature_c=61.7,
)
CAMERA_LOST = Trouble(
    "No camera",
    "/dev/video0 is not there any more. Check its cable; it is opened again as soon as it is back.",
    is_of_camera=True,
)
BAD_CONFIGURATION = Trouble(
    "The configuration is wrong, the last good one is in force",
    "/etc/edge/edge.toml:12: pose.score_threshold = 1.4: must lie in 0..1",
)
NO_MODEL = Trouble(
    "No results of action",
    'the model "movinet-a2" is not in the store; run: sudo edge models pull movinet-a2',
)
LOGIN = Login("edge", "tuvo-9m4k-rexa")


def camera_size(size: tuple[int, int]) -> tuple[int, int]:
    """The camera used with a screen: of its shape, but for the largest."""
    return {(640, 480): (640, 480), (1280, 720): (1280, 720), (1920, 1080): (960, 720)}.get(size, (640, 480))


@cache
def _scene(name: str, size: tuple[int, int]) -> Scene:
    return Scene(name=name, size=size)


@cache
def scene_view(time_s: float, size: tuple[int, int] = (640, 480), name: str = "tour") -> View:
    """What is shown of a scene while all goes well."""
    image, truth = _scene(name, size).render(time_s)
    people = tuple(_pose(person) for person in truth.people)
    results: list[Result] = [PoseResult(_FRAME, "movenet-lightning", "cpu", 20.0, people)]
    label = truth.scene_class.replace("_", " ")
    results.append(categories("classification", (label, 0.86), ("person on floor", 0.07), ("lights off", 0.04)))
    if people:
        results.append(categories("action", (truth.people[0].action.replace("_", " "), 0.78), ("clap", 0.12)))
    return View(Picture(image, "rgb", size[0], size[1], 1, 0), tuple(results), STATUS)


def categories(task: Literal["classification", "action"], *found: tuple[str, float]) -> CategoryResult:
    """The result of a classifier that has settled on the first of its categories."""
    names = tuple(Category(index, score, name, name) for index, (name, score) in enumerate(found))
    return CategoryResult(task, _FRAME, "model", "cpu", 30.0, names, Settled(found[0][0], 0))


def _pose(person: PersonTruth) -> Pose:
    visibility = person.keypoints[:, 2]
    points = person.keypoints.copy()
    points[:, 2] = np.choose(visibility.astype(int), (0.05, 0.35, 0.9))
    return Pose(person.id, 0.82, person.box, points, tuple((visibility > 0).tolist()))


def with_status(view: View, **changes: Any) -> View:
    """The same picture, with another status."""
    return replace(view, status=replace(view.status, **changes))


def without_picture(view: View, *, state: Literal["starting", "retrying", "ended"], **changes: Any) -> View:
    """Nothing from the camera, and so no results."""
    tasks = tuple(replace(task, rate_hz=0.0, latency_ms=None) for task in view.status.tasks)
    status = replace(view.status, camera_state=state, camera_fps=0.0, tasks=tasks, **changes)
    return View(None, (), status)


def figures_only(view: View) -> View:
    """The same with no pixel of the camera."""
    assert view.picture is not None
    return replace(view, picture=replace(view.picture, image=None))


def _starters(view: View) -> View:
    return with_status(view, tasks=tuple(replace(task, is_starter=True) for task in view.status.tasks))


def _without(view: View, model: str) -> View:
    """The same while the first task does with its starter model, for want of that one."""
    first, *others = view.status.tasks
    return with_status(view, tasks=(replace(first, is_starter=True, fallback_for=model), *others))


def _korean(view: View) -> View:
    assert view.picture is not None
    labels = categories("classification", ("한 사람", 0.86), ("바닥에 누운 사람", 0.07), ("빈 방", 0.04))
    action = categories("action", ("손 흔들기", 0.78), ("박수", 0.12))
    return replace(view, results=(view.results[0], labels, action))


STATES: dict[str, Callable[[tuple[int, int]], View]] = {
    "normal": lambda camera: scene_view(WAVING, camera),
    "nobody": lambda camera: scene_view(NOBODY, camera, "empty"),
    "two-people": lambda camera: scene_view(SEVERAL, camera),
    "camera-lost": lambda camera: without_picture(
        scene_view(WAVING, camera), state="retrying", troubles=(CAMERA_LOST,)
    ),
    "bad-configuration": lambda camera: with_status(scene_view(WAVING, camera), troubles=(BAD_CONFIGURATION,)),
    "broker-away": lambda camera: with_status(scene_view(WAVING, camera), broker="away"),
    "starter-model": lambda camera: _starters(scene_view(WAVING, camera)),
    "model-missing": lambda camera: _without(scene_view(WAVING, camera), "movenet-lightning"),
    "skeleton-theme": lambda camera: replace(figures_only(scene_view(WAVING, camera)), mirrored=True),
    "privacy": lambda camera: figures_only(scene_view(SEVERAL, camera)),
    "korean-labels": lambda camera: _korean(scene_view(WAVING, camera)),
    "first-boot": lambda camera: with_status(_starters(scene_view(NOBODY, camera, "empty")), login=LOGIN),
}
"""What a monitor may show, by name; each is made for a camera's size in pixels."""

MORE_STATES: dict[str, Callable[[tuple[int, int]], View]] = {
    "waiting": lambda camera: without_picture(scene_view(WAVING, camera), state="starting"),
    "ended": lambda camera: without_picture(scene_view(WAVING, camera), state="ended"),
    "no-task": lambda camera: with_status(replace(scene_view(WAVING, camera), results=()), tasks=()),
    "all-at-once": lambda camera: with_status(
        _starters(scene_view(SEVERAL, camera)),
        troubles=(BAD_CONFIGURATION, NO_MODEL, CAMERA_LOST),
        login=LOGIN,
        broker="away",
        is_throttled=True,
        addresses=(),
    ),
}
"""Further ones, without a picture in the documentation."""
