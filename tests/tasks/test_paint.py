from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from edge.overlay.canvas import Canvas
from edge.overlay.style import BAR, LEFT, PEOPLE, RIGHT, SETTLED, Rect, darken, person_color, scale_of
from edge.tasks.common import category_painter
from edge.tasks.paint import ResultsPainter
from edge.tasks.pose.result import Pose, PoseResult
from edge.types import Box, FloatArray, Settled
from tests.overlay.support import category_result, changed, plain, pose_result, standing
from tests.support import make_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import ImageArray, Result

SIZES = [(320, 240), (640, 480), (1920, 1080), (480, 640)]


def paint(image: ImageArray, results: Sequence[Result]) -> None:
    """As on a still."""
    ResultsPainter().paint(Canvas.whole(image), results)


def has_color(region: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], color: tuple[int, int, int]) -> bool:
    return bool((np.abs(region.astype(int) - color).max(axis=-1) <= 3).any())


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_keypoint_is_seen_in_the_colour_of_its_side(width: int, height: int) -> None:
    image = plain(width=width, height=height)
    paint(image, [pose_result(standing())])
    reach = max(4, height // 60)
    for index, (y, x, _) in enumerate(standing().tolist()):
        row, column = round(y * height), round(x * width)
        around = image[row - reach : row + reach, column - reach : column + reach]
        assert changed(np.full_like(around, 120), around).mean() > 0.2
        if index >= 5:
            assert has_color(around, LEFT if index % 2 else RIGHT)


def test_far_from_the_person_nothing_changes() -> None:
    image = plain()
    paint(image, [pose_result(standing())])
    touched = changed(plain(), image)
    rows, columns = np.nonzero(touched)
    assert 0.02 < touched.mean() < 0.2
    assert columns.min() > 0.3 * 640
    assert columns.max() < 0.7 * 640
    assert rows.max() < 0.93 * 480


@pytest.mark.parametrize("results", [[], [pose_result()], [pose_result(standing(score=0.1))]])
def test_nothing_found_changes_nothing(results: list[PoseResult]) -> None:
    image = plain()
    paint(image, results)
    assert not changed(plain(), image).any()


def test_an_unsure_keypoint_is_left_out_with_its_bones() -> None:
    points = standing()
    points[9] = (0.5, 0.95, 0.2)
    image = plain()
    paint(image, [pose_result(points)])
    assert not changed(plain(), image)[:, 460:].any()
    points[9, 2] = 0.3
    paint(image, [pose_result(points)])
    assert changed(plain(), image)[:, 460:].any()


def test_a_surer_joint_is_larger() -> None:
    sizes = []
    for score in (0.3, 1.0):
        points = standing(score=0.0)
        points[10] = (0.5, 0.5, score)
        image = plain()
        paint(image, [pose_result(points, score=float("nan"))])
        sizes.append(int(changed(plain(), image).sum()))
    assert sizes[0] < sizes[1]


def test_a_surer_limb_is_thicker() -> None:
    widths = []
    for score in (0.3, 1.0):
        points = standing(score=0.0)
        points[13], points[15] = (0.3, 0.5, score), (0.7, 0.5, score)
        image = plain()
        paint(image, [pose_result(points, score=float("nan"))])
        widths.append(int(changed(plain(), image)[240].sum()))
    assert 3 <= widths[0] < widths[1]


def test_a_keypoint_that_is_seen_no_more_fades() -> None:
    points, painter, seen = standing(), ResultsPainter(), []
    for number in range(5):
        points[9, 2] = 0.9 if number == 0 else 0.1
        image = plain()
        painter.paint(Canvas.whole(image), [pose_result(points, time_s=number / 10)])
        seen.append(int(np.abs(image[230:260, 405:425].astype(int) - 120).sum()))
    assert seen[0] > seen[1] > seen[2] > seen[3] == seen[4] == 0


def test_people_end_at_the_border_of_the_picture() -> None:
    points = standing()
    points[:, 1] += 0.45
    image, picture = plain(), Rect(200, 100, 300, 200)
    ResultsPainter().paint(replace(Canvas.whole(image), picture=picture), [pose_result(points, standing() - 0.4)])
    touched = changed(plain(), image)
    assert touched[100:300, 495:500].any()
    touched[100:300, 200:500] = False
    assert not touched.any()


def test_a_mirror_turns_people_and_no_text() -> None:
    labels = category_result(("squat", 0.8), settled="squat")
    points = standing()
    points[:, 1] -= 0.2
    straight, mirrored, turned = plain(), plain(), plain()
    paint(straight, [labels])
    ResultsPainter().paint(replace(Canvas.whole(mirrored), mirrored=True), [labels])
    assert (straight == mirrored).all()
    ResultsPainter().paint(replace(Canvas.whole(turned), mirrored=True), [pose_result(points)])
    columns = np.nonzero(changed(plain(), turned).any(axis=0))[0]
    assert columns.mean() == pytest.approx(0.7 * 640, abs=15)
    around = turned[260:278, 335:357]
    assert has_color(around, LEFT), "the left wrist is at the left of whoever looks into a mirror"


def tags(*people: PoseResult, canvas: Canvas | None = None) -> list[Rect]:
    """Where tags are darkened on a bright picture, from the left."""
    image = plain(255)
    ResultsPainter().paint(Canvas.whole(image) if canvas is None else canvas, people)
    dark = (np.abs(image.astype(int) - darkened(255)).max(axis=2) <= 1).astype(np.uint8)
    _, _, found, _ = cv2.connectedComponentsWithStats(dark)
    boxes = (Rect(*(int(one) for one in box[:4])) for box in found[1:] if box[4] > 500)
    return sorted(boxes, key=lambda box: box.left)


def darkened(value: int) -> int:
    image = plain(value, 1, 1)
    darken(image, Rect(0, 0, 1, 1))
    return int(image[0, 0, 0])


def test_two_people_close_together_have_two_tags() -> None:
    other = standing()
    other[:, 1] += 0.02
    first, second = tags(pose_result(standing(), other))
    assert first.height == pytest.approx(second.height, abs=2)
    assert not first.overlaps(second)


def test_a_tag_is_over_the_head_even_where_a_hand_is_higher() -> None:
    points = standing()
    points[9, :2] = (0.02, 0.7)
    (tag,) = tags(pose_result(points))
    assert tag.left < 0.5 * 640 < tag.right
    assert 0.05 * 480 < tag.bottom < 0.2 * 480


def test_a_tag_is_pushed_from_the_border() -> None:
    points = standing()
    points[:, :2] -= (0.19, 0.5)
    (tag,) = tags(pose_result(points))
    assert (tag.left, tag.top) == (0, 0)
    assert tag.width > 30


@given(
    keypoints=hnp.arrays(
        np.float32,
        (17, 3),
        elements=st.floats(width=32, allow_nan=True, allow_infinity=True) | st.floats(-1, 2, width=32),
    ),
    edges=st.tuples(*[st.floats()] * 4),
    score=st.floats(),
    size=st.tuples(st.integers(1, 64), st.integers(1, 64)),
)
def test_nothing_raises_whatever_the_numbers(
    keypoints: FloatArray, edges: tuple[float, float, float, float], score: float, size: tuple[int, int]
) -> None:
    image = plain(width=size[0], height=size[1])
    people = (Pose(-7, score, Box(*edges), keypoints),)
    labels = category_result(("what?", score), ("x" * 300, -score), ("", 0.5), settled="y" * 300)
    paint(image, [PoseResult(make_frame(), "model", "cpu", 1.0, people), labels])
    assert image.shape == (size[1], size[0], 3)


def test_plates_of_text_lie_over_people_whatever_comes_first() -> None:
    points = standing()
    points[:, 1] = 0.1
    person, labels = pose_result(points), category_result(("red fox", 0.78))
    one, other, plate = plain(), plain(), plain()
    paint(one, [labels, person])
    paint(other, [person, labels])
    paint(plate, [labels])
    assert (one == other).all()
    text = (plate > 200).all(axis=2)
    assert text.any()
    assert (one[text] > 150).all(), "a bone of colour lies over the text"


@pytest.mark.parametrize("background", [0, 128, 255])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_labels_are_bright_on_a_dark_plate(width: int, height: int, background: int) -> None:
    image = plain(background, width, height)
    paint(image, [category_result(("red fox", 0.78), ("kit fox", 0.1))])
    plate = image[changed(plain(background, width, height), image)]
    assert np.median(plate) < 100
    assert (plate.min(axis=1) > 200).mean() > 0.005


def test_a_tag_keeps_out_of_where_plates_are() -> None:
    labels = category_result(("squat", 0.8))
    points = standing()
    points[:, 1] -= 0.32
    without, tagless, tagged = plain(), plain(), plain()
    paint(without, [labels])
    paint(tagless, [pose_result(points, score=float("nan")), labels])
    paint(tagged, [pose_result(points), labels])
    plate, tag = changed(plain(), without), changed(tagless, tagged)
    assert tag.sum() > 500
    assert not (plate & tag).any()
    assert np.nonzero(tag)[1].mean() == pytest.approx(0.18 * 640, abs=60)


def test_where_no_plate_is_a_tag_is_over_its_head_as_ever() -> None:
    points = standing()
    points[:, :2] += (0.05, -0.4)
    tagless, tagged = plain(), plain()
    paint(tagless, [pose_result(points, score=float("nan"))])
    paint(tagged, [pose_result(points)])
    alone = changed(tagless, tagged)
    labels = category_result(("squat", 0.8))
    paint(tagless, [pose_result(points, score=float("nan")), labels])
    points[:, 0] += 0.2
    tagless, tagged = plain(), plain()
    paint(tagless, [pose_result(points, score=float("nan")), labels])
    paint(tagged, [pose_result(points), labels])
    below = changed(tagless, tagged)
    assert np.nonzero(below)[1].mean() == pytest.approx(np.nonzero(alone)[1].mean(), abs=1)


def test_a_plate_keeps_the_line_of_its_settled_label() -> None:
    painter, heights = ResultsPainter(), []
    for time_s, settled in enumerate((None, "squat", None)):
        image, result = plain(), category_result(("squat", 0.8), settled=settled)
        painter.paint(Canvas.whole(image), [replace(result, frame=make_frame(time_s=time_s))])
        heights.append(int(changed(plain(), image).any(axis=1).sum()))
    assert heights[0] + 10 < heights[1] == heights[2]


def test_the_settled_label_is_larger_than_all_else() -> None:
    image = plain()
    paint(image, [category_result(("squat", 0.5), ("lunge", 0.4), settled="squat")])
    marked = (np.abs(image.astype(int) - SETTLED).max(axis=2) <= 3)[:, 30:100]
    rows = np.flatnonzero(marked.sum(axis=1) > 0)
    label = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)[0]
    assert len(label) >= 1.3 * scale_of(640, 480).text_px


def test_the_settled_label_is_marked() -> None:
    unsettled, settled = plain(), plain()
    paint(unsettled, [category_result(("squat", 0.8), ("lunge", 0.1))])
    paint(settled, [category_result(("squat", 0.8), ("lunge", 0.1), settled="squat")])
    assert has_color(settled, SETTLED)
    assert not has_color(unsettled, SETTLED)


def test_a_settled_label_is_called_the_same_when_it_is_no_longer_among_the_best() -> None:
    before, dark, day = category_result(("dark", 0.9), settled="dark"), plain(), plain()
    painter, after = ResultsPainter(), category_result(("day", 0.9), settled="dark")
    called = replace(before, categories=(replace(before.categories[0], display_name="Lights off"),))
    painter.paint(Canvas.whole(plain()), [called])
    painter.paint(Canvas.whole(day), [replace(after, frame=make_frame(time_s=1.0))])

    paint(dark, [replace(after, settled=Settled("Lights off", 0))])
    headings = [np.abs(image.astype(int) - SETTLED).max(axis=2) <= 3 for image in (day, dark)]
    assert headings[0].any()
    np.testing.assert_array_equal(*headings)


def test_a_bar_is_as_long_as_its_score() -> None:
    lengths = []
    for score in (0.25, 0.5, 1.0):
        image = plain()
        paint(image, [category_result(("a squat that is rather long", score), settled="a squat that is rather long")])
        marked = np.abs(image.astype(int) - SETTLED).max(axis=2) == 0
        lengths.append(int(marked.sum(axis=1).max()))
    assert lengths[1] == pytest.approx(2 * lengths[0], abs=2)
    assert lengths[2] == pytest.approx(4 * lengths[0], abs=4)


def test_plates_stand_below_each_other_and_never_leave_the_picture() -> None:
    one, two = plain(), plain()
    action = category_result(("squat", 0.8), ("lunge", 0.1))
    paint(one, [action])
    paint(two, [category_result(("red fox", 0.7), task="classification"), action])
    assert np.nonzero(changed(plain(), two))[0].max() > np.nonzero(changed(plain(), one))[0].max() + 40
    many = plain(width=320, height=240)
    paint(many, [category_result(*((f"label {index}", 0.1) for index in range(50)))] * 3)
    assert not changed(plain(width=320, height=240), many)[-6:].any()


def test_a_long_label_stays_on_its_plate() -> None:
    name = "a label that goes on and on and on and on and on"
    image = plain()
    paint(image, [category_result((name, 0.5), settled=name)])
    assert plate_width(image) == Canvas.whole(image).plates.width - 4 * scale_of(640, 480).pad_px


def plate_width(image: ImageArray) -> int:
    columns = np.flatnonzero(changed(plain(), image).any(axis=0))
    return int(columns[-1] - columns[0] + 1)


def test_a_plate_is_as_wide_as_its_widest_line() -> None:
    widths = []
    for name in ("squat", "somersaulting", "riding a mechanical bull"):
        image = plain()
        paint(image, [category_result((name, 0.5), ("a", 0.1))])
        widths.append(plate_width(image))
    assert widths == sorted(set(widths))
    assert widths[0] < 0.2 * 640


def test_a_plate_becomes_narrower_only_after_five_seconds() -> None:
    painter, widths = ResultsPainter(), []
    for time_s, name in ((0, "squat"), (1, "riding a mechanical bull"), (2, "squat"), (5.9, "squat"), (7, "squat")):
        image = plain()
        result = replace(category_result((name, 0.5)), frame=make_frame(time_s=time_s))
        painter.paint(Canvas.whole(image), [result])
        widths.append(plate_width(image))
    assert widths[0] < widths[1] == widths[2] == widths[3]
    assert widths[4] == widths[0]


def test_a_settled_label_that_is_too_long_for_a_line_takes_two() -> None:
    heights = []
    for name in ("pointer", "German short-haired pointer"):
        image = plain()
        paint(image, [category_result((name, 0.5), settled=name)])
        heights.append(int(changed(plain(), image).any(axis=1).sum()))
    assert heights[1] > heights[0] + 8


def test_a_bar_can_be_seen_from_afar() -> None:
    image = plain()
    paint(image, [category_result(("squat", 1.0))])
    is_bar = (np.abs(image.astype(int) - BAR).max(axis=2) <= 3).sum(axis=1) > 50
    assert is_bar.sum() >= 12 / 3
    assert min(BAR) > 170


def test_a_model_that_has_not_seen_enough_says_so() -> None:
    cold, warm = plain(), plain()
    result = category_result(("squat", 0.5))
    paint(warm, [result])
    paint(cold, [replace(result, warming_up=True)])
    title = slice(12, 30)
    assert changed(plain(), cold)[title].sum() > changed(plain(), warm)[title].sum()
    assert (cold[title] > 150).any(axis=2).sum() > 1.5 * (warm[title] > 150).any(axis=2).sum()


def test_a_plate_is_drawn_when_it_says_something_else_and_only_laid_in_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []
    real = category_painter.Painter.paint

    def counted(self: category_painter.Painter, canvas: Canvas, result: Result, top_px: int) -> int:
        drawn.append(result.task)
        return real(self, canvas, result, top_px)

    monkeypatch.setattr(category_painter.Painter, "paint", counted)
    painter, first, second = ResultsPainter(), plain(), plain()
    action, other = category_result(("squat", 0.8)), category_result(("lunge", 0.8))
    painter.paint(Canvas.whole(first), [action])
    count = len(drawn)
    painter.paint(Canvas.whole(second), [replace(action, frame=make_frame(time_s=0.5))])
    assert len(drawn) == count > 0
    assert np.array_equal(first, second)
    later = replace(other, frame=make_frame(time_s=0.5))
    painter.paint(Canvas.whole(second), [later])
    assert len(drawn) == 2 * count
    painter.paint(Canvas.whole(plain(width=320, height=240)), [later])
    assert len(drawn) == 3 * count


def test_a_plate_says_nothing_new_for_as_long_as_it_takes_to_read() -> None:
    painter, seen = ResultsPainter(), []
    for time_s, name in ((0.0, "squat"), (0.1, "lunge"), (0.19, "clap"), (0.21, "clap")):
        image, result = plain(), category_result((name, 0.8))
        painter.paint(Canvas.whole(image), [replace(result, frame=make_frame(time_s=time_s))])
        seen.append(image)
    assert np.array_equal(seen[0], seen[1])
    assert np.array_equal(seen[0], seen[2])
    assert changed(seen[0], seen[3]).any()


def test_people_keep_their_colours() -> None:
    assert person_color(3) == person_color(3 + len(PEOPLE))
    assert all(one != other for one, other in itertools.combinations(PEOPLE, 2))
