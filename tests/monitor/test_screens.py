"""The pictures of the documentation are what the monitor shows today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from tests.monitor.screens import FOLDER, difference, drawn, name_of, reduced, shown
from tests.monitor.views import SIZES, STATES, camera_size, with_status
from tests.monitor.x11 import running_display
from tests.support import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.monitor.view import View
    from edge.tasks.pose.result import Pose, PoseResult

MOST = 20.0
LEAST_OF_A_MISTAKE = 40.0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_looks_as_in_its_picture(state: str, size: tuple[int, int]) -> None:
    reference = picture(FOLDER / name_of(state, size))
    assert difference(reference, reduced(drawn(STATES[state](camera_size(size)), size))) < MOST, (
        "look at what changed; if it is right: python -m tests.monitor.screens docs/images/monitor"
    )


def test_there_are_no_other_pictures_and_all_are_small() -> None:
    files = list(FOLDER.iterdir())
    assert {file.name for file in files} == {name_of(state, size) for state in STATES for size in SIZES}
    assert sum(file.stat().st_size for file in files) < 1_500_000


@pytest.mark.parametrize("size", SIZES)
def test_the_process_shows_just_what_is_drawn(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    view = STATES["first-boot"](camera_size(size))
    with running_display(size) as display:
        monkeypatch.setenv("DISPLAY", display.name)
        np.testing.assert_array_equal(shown(view, display), drawn(view, size))


LITTLE_WRONG = (
    "temperature",
    "address",
    "device",
    "note",
    "trouble",
    "sentence",
    "people",
    "plate",
    "camera",
    "sides",
    "id",
)


def mistakes(view: View) -> dict[str, View]:
    """The same view with a little missing or wrong."""
    status = view.status
    return {
        "temperature": with_status(view, temperature_c=None),
        "address": with_status(view, addresses=("",)),
        "device": with_status(view, device="?"),
        "note": with_status(view, broker="connected"),
        "trouble": with_status(view, troubles=()),
        "sentence": with_status(view, troubles=tuple(replace(trouble, text="") for trouble in status.troubles)),
        "people": replace(view, results=view.results[1:]),
        "plate": replace(view, results=view.results[:-1]),
        "camera": with_status(view, camera_fps=5.0),
        "sides": replace(view, results=(_with_people(view, _sides_swapped), *view.results[1:])),
        "id": replace(
            view, results=(_with_people(view, lambda pose: replace(pose, id=pose.id + 1)), *view.results[1:])
        ),
    }


def _with_people(view: View, changed: Callable[[Pose], Pose]) -> PoseResult:
    result = cast("PoseResult", view.results[0])
    return replace(result, people=tuple(map(changed, result.people)))


def _sides_swapped(pose: Pose) -> Pose:
    """Left and right taken for each other."""
    assert pose.seen is not None
    swapped = [0, *(other for left in range(1, 17, 2) for other in (left + 1, left))]
    return replace(pose, keypoints=pose.keypoints[swapped], seen=tuple(pose.seen[one] for one in swapped))


@pytest.mark.parametrize("mistake", LITTLE_WRONG)
def test_a_little_that_is_missing_or_wrong_is_noticed(mistake: str) -> None:
    size = (1280, 720)
    right = with_status(STATES["bad-configuration"](camera_size(size)), broker="away")
    assert difference(drawn(right, size), drawn(mistakes(right)[mistake], size)) > LEAST_OF_A_MISTAKE
