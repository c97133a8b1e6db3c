from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.monitor.layout import overlap
from edge.monitor.notices import notices_of
from edge.monitor.picture import ScreenPainter, scenery_of
from edge.monitor.view import Picture, View
from edge.overlay.style import Rect
from tests.monitor.strategies import screen_sizes, statuses
from tests.monitor.support import is_within, overlapping
from tests.monitor.views import (
    MORE_STATES,
    NOBODY,
    SIZES,
    STATES,
    STATUS,
    WAVING,
    camera_size,
    figures_only,
    scene_view,
    with_status,
)

RED, BLUE = (220, 30, 30), (30, 30, 220)
CAMERAS = [(640, 480), (1280, 720), (480, 640)]


def halves(size: tuple[int, int] = (640, 480)) -> View:
    """A camera that sees red at the left and blue at the right, and results of nobody."""
    image = np.empty((size[1], size[0], 3), np.uint8)
    image[:, : size[0] // 2], image[:, size[0] // 2 :] = RED, BLUE
    return View(Picture(image, "rgb", *size, 1, 0), (), STATUS)


def count(image: np.ndarray, color: tuple[int, int, int]) -> int:
    return int((np.abs(image.astype(int) - color).max(axis=2) < 12).sum())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES | MORE_STATES)
def test_nothing_overlaps_and_nothing_is_cut(state: str, size: tuple[int, int]) -> None:
    assert_sound((STATES | MORE_STATES)[state](camera_size(size)), size)


@settings(max_examples=50)
@given(status=statuses, size=screen_sizes, camera=st.none() | st.sampled_from(CAMERAS), figures=st.booleans())
def test_whatever_is_wrong_and_however_long_its_words(
    status: object, size: tuple[int, int], camera: tuple[int, int] | None, *, figures: bool
) -> None:
    picture = None
    if camera is not None:
        picture = Picture(None if figures else np.zeros((camera[1], camera[0], 3), np.uint8), "rgb", *camera, 1, 0)
    assert_sound(View(picture, (), status), size)  # type: ignore[arg-type]


def assert_sound(view: View, size: tuple[int, int]) -> None:
    """Each panel lies above the bar and beside the others, and so does all text."""
    picture_size = None if view.picture is None else (view.picture.width, view.picture.height)
    scenery = scenery_of(notices_of(view), view.status, picture_size, size)
    main, bar = scenery.regions.main, scenery.regions.bar
    panels = [panel.rect for panel in scenery.panels]
    word = [text.rect for text in scenery.word]
    assert overlapping([*panels, *word]) == []
    assert not any(overlap(scenery.plates, panel) for panel in panels)
    assert all(is_within(rect, main) for rect in [*panels, *word])
    for texts, room in [(scenery.bar.texts, Rect(0, 0, bar.width, bar.height))] + [
        (panel.texts, panel.rect) for panel in scenery.panels
    ]:
        rects = [text.rect for text in texts]
        assert overlapping(rects) == []
        assert all(is_within(rect, room) for rect in rects)


@pytest.mark.parametrize("size", [*SIZES, (800, 1280), (2, 3), (200, 100), (3000, 250)])
@pytest.mark.parametrize("camera", CAMERAS)
def test_a_picture_is_made_for_any_screen_and_any_camera(size: tuple[int, int], camera: tuple[int, int]) -> None:
    image = ScreenPainter().paint(halves(camera), size)
    assert image.shape == (size[1], size[0], 3)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert count(image, RED) == pytest.approx(count(image, BLUE), rel=0.1, abs=2)


def test_the_buffer_is_used_again() -> None:
    painter = ScreenPainter()
    first = painter.paint(halves(), (640, 480))
    assert painter.paint(with_status(halves(), broker="away"), (640, 480)) is first
    assert painter.paint(halves(), (1280, 720)) is not first


def test_nothing_stays_of_what_was_shown_before() -> None:
    painter = ScreenPainter()
    for state in STATES.values():
        painter.paint(state((640, 480)), (640, 480))
    again = painter.paint(halves(), (640, 480)).copy()
    np.testing.assert_array_equal(again, ScreenPainter().paint(halves(), (640, 480)))


@pytest.mark.parametrize("left", [0, 1])
def test_when_a_person_leaves_or_a_task_stops_nothing_stays(left: int) -> None:
    before, after = scene_view(WAVING), scene_view(NOBODY, name="empty")
    after = replace(after, results=after.results[:left])  # with the first task, which counts nobody, or without any
    painter = ScreenPainter()
    painter.paint(before, (640, 480))
    np.testing.assert_array_equal(painter.paint(after, (640, 480)), ScreenPainter().paint(after, (640, 480)))


def test_a_mirror_turns_the_picture_but_no_text() -> None:
    size = (640, 480)
    view = with_status(halves(), broker="away")
    plain = ScreenPainter().paint(view, size).copy()
    mirrored = ScreenPainter().paint(replace(view, mirrored=True), size).copy()
    picture = scenery_of(notices_of(view), view.status, (640, 480), size).regions.picture
    left, right = picture.left + 20, picture.left + picture.width - 20
    assert plain[200, left].tolist() == mirrored[200, right].tolist() == list(RED)
    assert plain[200, right].tolist() == mirrored[200, left].tolist() == list(BLUE)
    np.testing.assert_array_equal(plain[picture.height :], mirrored[picture.height :])


def test_people_are_mirrored_with_their_picture() -> None:
    view = replace(figures_only(scene_view(WAVING)), results=scene_view(WAVING).results[:1])
    plain, mirrored = (
        ScreenPainter().paint(replace(view, mirrored=turned), (640, 480))[:300].astype(int) for turned in (False, True)
    )
    regions = scenery_of(notices_of(view), view.status, (640, 480), (640, 480)).regions.picture
    columns = np.s_[:, regions.left : regions.left + regions.width]
    limbs = plain[columns].max(axis=2) > 240
    turned = mirrored[columns].max(axis=2) > 240
    assert limbs.sum() > 500
    # Tags are text, and stay as they are.
    assert (limbs[120:] == turned[120:, ::-1]).mean() > 0.99


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("size", [(640, 480), (801, 603)])
def test_i420_is_shown_as_rgb_is(size: tuple[int, int], *, mirrored: bool) -> None:
    import cv2  # noqa: PLC0415

    view = replace(scene_view(WAVING), mirrored=mirrored)
    assert view.picture is not None
    assert view.picture.image is not None
    planes = np.asarray(cv2.cvtColor(view.picture.image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    other = replace(view, picture=replace(view.picture, image=planes, pixel_format="i420"))
    rgb = ScreenPainter().paint(view, size).astype(int)
    assert np.abs(rgb - ScreenPainter().paint(other, size)).mean() < 3


def test_where_no_pixel_may_be_shown_only_figures_are() -> None:
    image = ScreenPainter().paint(figures_only(halves()), (1280, 720))
    assert count(image, RED) == count(image, BLUE) == 0
