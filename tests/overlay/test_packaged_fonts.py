"""That the two fonts have the letters they are there for, and say so."""

from __future__ import annotations

import pytest

from edge.overlay.character_map import characters_of
from edge.overlay.packaged_fonts import draw_line, has_glyph


@pytest.mark.parametrize(
    ("script", "first", "last"),
    [
        ("ASCII", 0x20, 0x7E),
        ("Latin-1 and Latin Extended-A", 0xA0, 0x17F),
        ("Greek", 0x3B1, 0x3C9),
        ("Cyrillic", 0x400, 0x45F),
        ("Vietnamese", 0x1EA0, 0x1EF9),
        ("Hiragana", 0x3041, 0x3094),
        ("Katakana", 0x30A1, 0x30F6),
        ("Hangul, all syllables", 0xAC00, 0xD7A3),
        ("Han, all of the first block", 0x4E00, 0x9FA5),
    ],
)
def test_a_script_is_there_whole(script: str, first: int, last: int) -> None:
    missing = [chr(code) for code in range(first, last + 1) if not has_glyph(chr(code))]
    assert missing == [], script


@pytest.mark.parametrize("char", ["\u0939", "\u0e2a", "\U0001f98a", "\ue000", "\x07"])
def test_what_is_not_there_is_known_not_to_be(char: str) -> None:
    assert not has_glyph(char)


def test_what_is_said_to_be_there_is_drawn() -> None:
    missing = draw_line("\u0939", 20).opacity.tobytes()
    for char in "AäßŁЖΩ→●한국어あア漢":
        drawn = draw_line(char, 20).opacity
        assert drawn.max() > 200, char
        assert drawn.tobytes() != missing, char


def test_fonts_stand_on_one_baseline_and_are_of_like_height() -> None:
    latin, hangul = draw_line("H", 100), draw_line("한", 100)
    assert latin.top_px + latin.opacity.shape[0] == pytest.approx(0, abs=1)
    assert 0 < hangul.top_px + hangul.opacity.shape[0] < 15
    assert latin.top_px - 12 < hangul.top_px < latin.top_px


@pytest.mark.parametrize("data", [b"\0\1\0\0\0\0" + bytes(6), b"\0\1\0\0\0\1" + bytes(6) + b"glyf" + bytes(12)])
def test_a_file_that_is_no_font_is_told_of(data: bytes) -> None:
    with pytest.raises(ValueError, match="no table cmap"):
        characters_of(data)
