from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.monitor.cards import place_cards, place_notes
from edge.monitor.layout import sizes_of
from edge.monitor.notices import Card
from edge.overlay.style import Rect
from tests.monitor.strategies import words
from tests.monitor.support import is_within, overlapping

if TYPE_CHECKING:
    from edge.monitor.cards import Panel

SIZES = sizes_of((1280, 720))
AREA = Rect(100, 0, 1100, 630)
LONG = "It is told at length what is wrong, where it is wrong, and what a person can do. " * 40

pairs = st.tuples(st.just("password"), st.text(st.sampled_from("abcWMi-9"), min_size=1, max_size=40))
cards = st.builds(
    Card,
    st.sampled_from(["trouble", "welcome"]),
    words.filter(str.strip).map(lambda text: text[:80]),
    words,
    st.lists(pairs, max_size=2).map(tuple),
)
areas = st.builds(Rect, st.integers(0, 200), st.integers(0, 100), st.integers(300, 1180), st.integers(220, 620))


def said(panels: list[Panel]) -> list[str]:
    return [text.text for panel in panels for text in panel.texts]


def assert_sound(panels: list[Panel], area: Rect) -> None:
    """All inside the area, no two over each other, each line inside its own panel and beside the others."""
    assert all(is_within(panel.rect, area) for panel in panels)
    assert overlapping([panel.rect for panel in panels]) == []
    for panel in panels:
        rects = [text.rect for text in panel.texts]
        assert overlapping(rects) == []
        assert all(is_within(rect, panel.rect) for rect in rects)


def test_a_card_stands_at_the_bottom_of_its_area() -> None:
    (panel,) = place_cards([Card("trouble", "No camera", "Check its cable.")], AREA, SIZES, centred=False)
    assert panel.rect.top + panel.rect.height == AREA.top + AREA.height - SIZES.pad_px
    assert said([panel]) == ["No camera", "Check its cable."]


def test_or_in_its_middle() -> None:
    (panel,) = place_cards([Card("trouble", "No camera", "Check its cable.")], AREA, SIZES, centred=True)
    assert abs(2 * panel.rect.top + panel.rect.height - AREA.height) <= 1


def test_a_card_too_long_is_shortened_and_the_rest_is_counted() -> None:
    panels = place_cards([Card("trouble", "Title", LONG), Card("trouble", "Other", LONG)], AREA, SIZES, centred=False)
    assert said(panels)[-1] == "and 1 more, told in the log"
    assert said(panels)[-2].endswith(("...", "…"))
    assert_sound(panels, AREA)


@pytest.mark.parametrize("title", ["No camera", "No camera and a title that is so long that it ends the line" * 2])
def test_where_only_the_title_has_room_that_more_would_follow_is_said(title: str) -> None:
    (panel,) = place_cards([Card("trouble", title, LONG)], Rect(0, 0, 1100, 3 * SIZES.line_px), SIZES, centred=False)
    assert said([panel])[-1].endswith("…")
    assert title.startswith(said([panel])[0].removesuffix("…").rstrip())


def test_what_is_to_be_copied_gets_no_ellipsis() -> None:
    card = Card("welcome", "Listen", LONG, (("user", "edge"), ("password", "tuvo-9m4k-rexa")))
    (panel,) = place_cards([card], Rect(0, 0, 1100, 6 * SIZES.line_px), SIZES, centred=False)
    assert "tuvo-9m4k-rexa" in said([panel])


def test_a_card_is_as_narrow_as_its_lines_allow() -> None:
    sentence = "It is opened again as soon as it is back, and until then it is looked for every second or so."
    (panel,) = place_cards([Card("trouble", "No camera", sentence)], AREA, SIZES, centred=True)
    _, first, second = panel.texts
    assert second.rect.width > 0.7 * first.rect.width
    (short,) = place_cards([Card("trouble", "No camera", "Look.")], AREA, SIZES, centred=True)
    assert short.rect.width < 0.6 * AREA.width


def test_what_is_to_be_copied_is_large_and_whole() -> None:
    card = Card("welcome", "Listen", "command", (("user", "edge"), ("password", "tuvo-9m4k-rexa")))
    (panel,) = place_cards([card], AREA, SIZES, centred=False)
    large = {text.text: text.capital_px for text in panel.texts}
    assert large["tuvo-9m4k-rexa"] == large["edge"] > 1.5 * large["command"]


@settings(max_examples=60)
@given(told=st.lists(cards, min_size=1, max_size=5), area=areas, centred=st.booleans())
def test_cards_never_overlap(told: list[Card], area: Rect, *, centred: bool) -> None:
    assert_sound(place_cards(told, area, sizes_of((640, 480)), centred=centred), area)


def test_how_many_notes_are_left_out_is_said() -> None:
    notes = [f"Note {number}, which is long enough to have a row of its own on such a screen" for number in range(9)]
    panels = place_notes(notes, Rect(0, 0, 640, 420), sizes_of((640, 480)))
    assert_sound(panels, Rect(0, 210, 640, 210))
    count = int(said(panels)[-1].split()[1])
    assert said(panels)[-1] == f"and {count} more"
    assert sum(line.startswith("Note") for line in said(panels)) == 9 - count


@given(notes=st.lists(st.text(st.sampled_from("abc dWM"), max_size=60).filter(str.strip), max_size=4))
def test_notes_stand_in_rows_at_the_bottom(notes: list[str]) -> None:
    area = Rect(0, 0, 640, 420)
    panels = place_notes(notes, area, sizes_of((640, 480)))
    assert_sound(panels, area)
    assert "".join(sorted("".join(said(panels)).replace(" ", ""))) == "".join(sorted("".join(notes).replace(" ", "")))
