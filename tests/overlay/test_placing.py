from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.overlay.placing import free_places
from edge.overlay.style import Rect

BOUNDS = Rect(0, 0, 400, 300)
RECTS = st.builds(Rect, st.integers(-50, 420), st.integers(-50, 320), st.integers(1, 60), st.integers(1, 30))


def nearest(wanted: Rect, taken: list[Rect]) -> Rect:
    return free_places(wanted, taken, BOUNDS)[0]


def test_a_place_that_is_free_is_kept() -> None:
    wanted = Rect(100, 100, 60, 20)
    assert nearest(wanted, [Rect(160, 100, 60, 20), Rect(100, 120, 60, 20)]) == wanted


def test_the_border_pushes_it_back() -> None:
    assert nearest(Rect(-20, -5, 60, 20), []) == Rect(0, 0, 60, 20)
    assert nearest(Rect(390, 290, 60, 20), []) == Rect(340, 280, 60, 20)
    assert nearest(Rect(-5, 10, 600, 20), []) == Rect(0, 10, 600, 20)


def test_what_is_taken_pushes_it_to_the_nearest_free_place() -> None:
    taken = Rect(100, 100, 60, 20)
    assert nearest(Rect(110, 95, 60, 20), [taken]) == Rect(110, 80, 60, 20)
    assert nearest(Rect(155, 100, 60, 20), [taken]) == Rect(160, 100, 60, 20)
    # The nearest of all would be above the border.
    assert nearest(Rect(110, 0, 60, 20), [Rect(100, 4, 80, 20)]) == Rect(110, 24, 60, 20)


def test_the_others_come_after_it_by_their_distance() -> None:
    places = free_places(Rect(110, 95, 60, 20), [Rect(100, 100, 60, 20)], BOUNDS)
    assert places[:3] == [Rect(110, 80, 60, 20), Rect(110, 120, 60, 20), Rect(160, 95, 60, 20)]


@given(RECTS, st.lists(RECTS, max_size=6))
def test_all_are_inside_and_cover_nothing_that_is_taken(wanted: Rect, taken: list[Rect]) -> None:
    places = free_places(wanted, taken, BOUNDS)
    assert places
    for place in places:
        assert (place.width, place.height) == (wanted.width, wanted.height)
        assert place.left >= 0
        assert place.top >= 0
        assert place.right <= 400
        assert place.bottom <= 300
        assert not any(place.overlaps(one) for one in taken)


def test_where_all_is_taken_there_is_none() -> None:
    assert free_places(Rect(-5, 10, 60, 20), [BOUNDS], BOUNDS) == []
