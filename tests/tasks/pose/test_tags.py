"""Where tags go: none seems to be somebody else's."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from edge.overlay.canvas import Canvas
from edge.overlay.style import Rect
from edge.tasks.pose.tags import Head, Tag, place_tags
from tests.overlay.support import plain

NO_PLATES = Rect(0, 0, 0, 0)
CANVAS = replace(Canvas.whole(plain()), plates=NO_PLATES)


def head(identity: int, column: int, top: int = 200, height: int = 12) -> Head:
    return Head(identity, 0.8, column, top, top + height)


HEADS = st.lists(st.builds(head, st.integers(1, 99), st.integers(0, 640), st.integers(0, 480)), max_size=6)
PLATES = st.builds(Rect, st.just(12), st.just(12), st.integers(0, 300), st.integers(0, 400))


@given(HEADS, PLATES)
def test_a_tag_is_nearer_to_its_own_head_than_to_any_other(heads: list[Head], plates: Rect) -> None:
    tags = place_tags(replace(CANVAS, plates=plates), heads)
    for tag in tags:
        assert min(other.distance_px(tag.rect) for other in heads) == tag.head.distance_px(tag.rect)
        assert not tag.rect.overlaps(plates)
        assert not any(tag.rect.overlaps(other.rect) for other in tags if other is not tag)


def columns(tags: list[Tag]) -> list[int]:
    return [tag.rect.left + tag.rect.width // 2 for tag in tags]


def test_people_beside_each_other_have_theirs_over_their_heads() -> None:
    tags = place_tags(CANVAS, [head(1, 100), head(2, 130), head(3, 400)])
    assert [tag.head.identity for tag in tags] == [1, 2, 3]
    assert columns(tags) == [100, 130, 400]
    assert all(tag.rect.bottom <= 200 for tag in tags)


def test_a_tag_that_is_not_to_be_over_the_head_is_on_the_chest() -> None:
    (tag,) = place_tags(replace(CANVAS, plates=Rect(0, 0, 640, 205)), [head(1, 320)])
    assert columns([tag]) == [320]
    assert tag.rect.top >= 205


def test_whoever_is_hidden_under_a_plate_has_none_rather_than_that_of_a_neighbour() -> None:
    tags = place_tags(replace(CANVAS, plates=Rect(0, 0, 250, 480)), [head(1, 100), head(2, 300)])
    assert [tag.head.identity for tag in tags] == [2]
    assert tags[0].rect.left >= 250
