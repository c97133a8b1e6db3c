from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.overlay.text import draw_text, drawable, fit_text, text_style, text_width_px, wrap_text
from tests.overlay.support import changed, plain

STYLE = text_style(11.5)
WHITE = (255, 255, 255)


def written(text: str, capital_px: float = 30) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Where the pixels of a text are, on a picture of 200 rows whose baseline is row 100, from column 100 on."""
    image = plain(0, 900, 200)
    draw_text(image, text, (100, 100), text_style(capital_px), WHITE)
    return changed(plain(0, 900, 200), image)


@pytest.mark.parametrize("capital_px", [8, 11.5, 12, 18, 27, 54, 100.0])
def test_capitals_are_as_high_as_asked_and_not_much_higher(capital_px: float) -> None:
    rows = np.nonzero(written("H", capital_px=min(capital_px, 90)).any(axis=1))[0]
    height = rows.max() - rows.min() + 1
    assert min(capital_px, 90) <= height <= min(capital_px, 90) + 2
    assert text_style(capital_px).capital_px == pytest.approx(capital_px, abs=1.5)


def test_a_line_begins_where_it_shall_and_is_as_wide_as_was_measured() -> None:
    columns = np.nonzero(written("Hallo Welt").any(axis=0))[0]
    rows = np.nonzero(written("Hallo Welt").any(axis=1))[0]
    assert 100 <= columns.min() <= 106
    assert columns.max() < 100 + text_width_px("Hallo Welt", text_style(30)) <= columns.max() + 8
    assert rows.max() in {98, 99, 100}


@pytest.mark.parametrize(
    "text",
    ["Wüstenfuchs, Straße", "čŠťŽ ąę Ωπ Дом", "붉은여우", "ホッキョクギツネ すし", "俯卧撑 赤狐", "72 % → „été“ …"],
)
def test_each_letter_is_its_own_and_none_a_box(text: str) -> None:
    assert drawable(text, "?") == text
    shapes = {written(char).tobytes() for char in text if char != " "}
    assert len(shapes) == len(set(text) - {" "})
    assert written("\ufffd").tobytes() not in shapes


def test_what_no_font_has_is_a_replacement_sign_as_wide_as_was_measured() -> None:
    assert (written("a\u0939b") == written("a\ufffdb")).all()
    assert text_width_px("\u0939", STYLE) == text_width_px("\ufffd", STYLE) > 0
    assert (written("\U0001f98a") == written("\ufffd")).all()


@pytest.mark.parametrize("text", ["स्क्वैट", "سكوات", "שועל", "a fox \U0001f98a"])
def test_a_name_that_the_fonts_cannot_show_gives_way_to_another(text: str) -> None:
    assert drawable(text, "squat") == "squat"
    assert drawable(text) == text


def test_a_line_is_one_line() -> None:
    assert (written("a\nb\tc\x1b") == written("a b c ")).all()
    assert (written("e\u0301") == written("é")).all()


def test_a_text_that_fits_is_not_cut() -> None:
    assert fit_text("red fox", STYLE, text_width_px("red fox", STYLE)) == "red fox"


@pytest.mark.parametrize("text", ["playing a very long instrument", "사막에 사는 아주 귀가 큰 여우와 늑대와 고양이"])
def test_a_long_text_ends_in_an_ellipsis(text: str) -> None:
    cut = fit_text(text, STYLE, 120)
    assert cut.endswith("…")
    assert text.startswith(cut[:-1])
    assert 100 <= text_width_px(cut, STYLE) <= 120


def test_nothing_is_left_where_nothing_fits() -> None:
    assert fit_text("red fox", STYLE, 3) == ""


@given(st.text(max_size=60), st.integers(-5, 400))
def test_a_cut_text_always_fits(text: str, width_px: int) -> None:
    cut = fit_text(text, STYLE, width_px)
    assert cut in {"", text} or text_width_px(cut, STYLE) <= width_px


def test_a_text_breaks_between_words_and_only_its_last_line_is_cut() -> None:
    width_px = text_width_px("German short-haired", STYLE)
    assert wrap_text("German short-haired pointer", STYLE, width_px, 2) == ("German short-haired", "pointer")
    assert wrap_text("red fox", STYLE, width_px, 2) == ("red fox",)
    first, last = wrap_text("German short-haired pointer and many more of them", STYLE, width_px, 2)
    assert first == "German short-haired"
    assert last.startswith("pointer")
    assert last.endswith("…")


def test_a_word_that_is_too_wide_breaks_within() -> None:
    lines = wrap_text("Donaudampfschifffahrt", STYLE, text_width_px("Donaudampfsch", STYLE), 2)
    assert lines == ("Donaudampfsch", "ifffahrt")


@given(st.text(max_size=40), st.integers(30, 200), st.integers(1, 3))
def test_every_line_fits(text: str, width_px: int, most_lines: int) -> None:
    lines = wrap_text(text, STYLE, width_px, most_lines)
    assert 1 <= len(lines) <= most_lines
    assert all(text_width_px(line, STYLE) <= width_px for line in lines)


@given(st.text(max_size=8), st.integers(-60, 60), st.integers(-60, 60), st.integers(1, 40))
def test_text_is_drawn_wherever_it_starts(text: str, x: int, y: int, capital_px: int) -> None:
    image = plain(0, 40, 30)
    draw_text(image, text, (x, y), text_style(capital_px), WHITE)
    assert image.shape == (30, 40, 3)


def test_a_colour_is_full_within_a_stroke_and_blended_at_its_edge() -> None:
    image = plain(100, 200, 200)
    draw_text(image, "H", (50, 150), text_style(100), (0, 255, 30))
    reds = np.unique(image[..., 0])
    assert reds.min() == 0
    assert reds.max() == 100
    assert len(reds) > 5
    assert (image == (0, 255, 30)).all(axis=2).sum() > 1000


def test_who_draws_no_text_does_not_load_pillow() -> None:
    code = (
        "import sys; from edge.tasks.registry import tasks; from edge.tasks.paint import ResultsPainter\n"
        "ResultsPainter(); [task.load_for_work() for task in tasks().values()]; print('PIL' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "False\n"
