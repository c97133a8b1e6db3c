from __future__ import annotations

import tracemalloc
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.monitor.layout import CAPITAL_SHARE, sizes_of
from edge.monitor.notices import notices_of
from edge.monitor.picture import Scenery, ScreenPainter, canvas_of, scenery_of
from edge.monitor.status_bar import Bar, lay_bar
from edge.monitor.status_words import words_of
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


def i420(view: View) -> View:
    """The same from a camera that gives I420."""
    assert view.picture is not None
    assert view.picture.image is not None
    planes = np.asarray(cv2.cvtColor(view.picture.image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    return replace(view, picture=replace(view.picture, image=planes, pixel_format="i420"))


def laid_out(view: View, size: tuple[int, int]) -> tuple[Scenery, Bar]:
    """Where all lies on a screen of that size."""
    picture_size = None if view.picture is None else (view.picture.width, view.picture.height)
    bar = lay_bar(words_of(view.status), size)
    has_plates = bool(view.status.tasks)
    return scenery_of(notices_of(view), bar.height_px, picture_size, size, has_plates=has_plates), bar


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
    scenery, laid_bar = laid_out(view, size)
    main, bar = scenery.regions.main, scenery.regions.bar
    panels = [panel.rect for panel in scenery.panels]
    word = [text.rect for text in scenery.word]
    assert overlapping([*panels, *word]) == []
    assert not any(scenery.plates.overlaps(panel) for panel in panels)
    assert all(is_within(rect, main) for rect in [*panels, *word])
    for texts, room in [(laid_bar.texts, Rect(0, 0, bar.width, bar.height))] + [
        (panel.texts, panel.rect) for panel in scenery.panels
    ]:
        rects = [text.rect for text in texts]
        assert overlapping(rects) == []
        assert all(is_within(rect, room) for rect in rects)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES | MORE_STATES)
def test_all_text_is_high_enough_to_be_read(state: str, size: tuple[int, int]) -> None:
    view = (STATES | MORE_STATES)[state](camera_size(size))
    scenery, bar = laid_out(view, size)
    texts = [*bar.texts, *scenery.word, *(text for panel in scenery.panels for text in panel.texts)]
    assert min(text.capital_px for text in texts) >= size[1] / CAPITAL_SHARE
    screen = np.zeros((size[1], size[0], 3), np.uint8)
    scale = canvas_of(screen, scenery, sizes_of(size), mirrored=False).scale
    assert min(scale.small_text_px, scale.text_px) >= size[1] / CAPITAL_SHARE


@pytest.mark.parametrize("size", [*SIZES, (800, 1280), (2, 3), (200, 100), (3000, 250), (1, 1000)])
@pytest.mark.parametrize("camera", CAMERAS)
def test_a_picture_is_made_for_any_screen_and_any_camera(size: tuple[int, int], camera: tuple[int, int]) -> None:
    image = ScreenPainter().paint(halves(camera), size)
    assert image.shape == (size[1], size[0], 3)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert count(image, RED) == pytest.approx(count(image, BLUE), rel=0.1, abs=2)


@pytest.mark.parametrize("size", [(1, 1000), (1000, 1)])
def test_a_window_that_is_but_a_line_takes_little_memory(size: tuple[int, int]) -> None:
    tracemalloc.start()
    try:
        ScreenPainter().paint(halves(), size)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


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
    picture = laid_out(view, size)[0].regions.picture
    left, right = picture.left + 20, picture.right - 20
    assert plain[200, left].tolist() == mirrored[200, right].tolist() == list(RED)
    assert plain[200, right].tolist() == mirrored[200, left].tolist() == list(BLUE)
    np.testing.assert_array_equal(plain[picture.height :], mirrored[picture.height :])


def test_people_are_mirrored_with_their_picture() -> None:
    view = replace(figures_only(scene_view(WAVING)), results=scene_view(WAVING).results[:1])
    plain, mirrored = (
        ScreenPainter().paint(replace(view, mirrored=turned), (640, 480))[:300].astype(int) for turned in (False, True)
    )
    picture = laid_out(view, (640, 480))[0].regions.picture
    columns = np.s_[:, picture.left : picture.right]
    limbs = plain[columns].max(axis=2) > 240
    turned = mirrored[columns].max(axis=2) > 240
    assert limbs.sum() > 500
    # Tags are text, and stay as they are.
    assert (limbs[120:] == turned[120:, ::-1]).mean() > 0.99


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("size", [(640, 480), (801, 603)])
def test_i420_is_shown_as_rgb_is(size: tuple[int, int], *, mirrored: bool) -> None:
    view = replace(scene_view(WAVING), mirrored=mirrored)
    rgb = ScreenPainter().paint(view, size).astype(int)
    assert np.abs(rgb - ScreenPainter().paint(i420(view), size)).mean() < 3


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("before", [halves(), i420(halves())], ids=["rgb", "i420"])
def test_where_no_pixel_may_be_shown_any_more_only_figures_are(before: View, *, mirrored: bool) -> None:
    painter, size = ScreenPainter(), (1280, 720)
    before = replace(before, mirrored=mirrored)
    assert min(count(painter.paint(before, size), color) for color in (RED, BLUE)) > 100_000
    figures = figures_only(before)
    image = painter.paint(figures, size)
    assert count(image, RED) == count(image, BLUE) == 0
    np.testing.assert_array_equal(image, ScreenPainter().paint(figures, size))
