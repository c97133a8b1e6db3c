from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.overlay import text
from edge.overlay.text import drawable, fit_text, text_style, text_width_px, to_ascii

STYLE = text_style(11.5)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Wüstenfuchs", "Wustenfuchs"),
        ("Straße „Ærø“", 'Strasse "AEro"'),
        ("caf\u00e9 \u2013 2", "cafe - 2"),
        ("狐", "?"),
        ("\u22121 \ufb01t", "-1 fit"),
    ],
)
def test_letters_lose_their_accents(given: str, shown: str) -> None:
    assert to_ascii(given) == shown


def test_an_ascii_font_takes_the_fallback_rather_than_question_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "ASCII_ONLY", True)
    assert drawable("赤狐", "red fox") == "red fox"
    assert drawable("renard polaire été", "arctic fox") == "renard polaire ete"
    assert drawable("赤狐") == "??"
    assert drawable("what?", "x") == "what?"


def test_a_font_for_all_scripts_takes_the_text_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "ASCII_ONLY", False)
    assert drawable("赤狐\tWüste", "red fox") == "赤狐 Wüste"


def test_a_text_that_fits_is_not_cut() -> None:
    assert fit_text("red fox", STYLE, text_width_px("red fox", STYLE)) == "red fox"


def test_a_long_text_ends_in_an_ellipsis() -> None:
    cut = fit_text("playing a very long instrument", STYLE, 120)
    assert cut.endswith("...")
    assert cut.startswith("playing a")
    assert fit_text("anything", STYLE, 3) == ""


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60), st.integers(0, 400))
def test_what_is_cut_fits_and_is_a_beginning(label: str, width_px: int) -> None:
    cut = fit_text(label, STYLE, width_px)
    assert cut == "" or text_width_px(cut, STYLE) <= width_px
    assert label.startswith(cut.removesuffix("..."))
