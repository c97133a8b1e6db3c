import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config.words import allowed, closest, listed, shown, toml_text
from edge.settings import SCHEMA


@given(st.one_of(st.text(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.dates()))
def test_a_scalar_is_written_as_toml(value: object) -> None:
    assert tomllib.loads(f"value = {toml_text(value)}") == {"value": value}


def test_lists_are_written_flat_and_long_values_cut() -> None:
    assert toml_text(["a", 1, True, [1], {"a": 1}, date(2026, 5, 1)]) == '["a", 1, true, […], {…}, 2026-05-01]'
    assert len(shown(SCHEMA.keys["device.id"], "x" * 1000)) == 80
    assert toml_text(16**5000).startswith("0x1000")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("pose.enabled", "true or false"),
        ("pose.fit", "letterbox or stretch"),
        ("log.level", "debug, info, warning or error"),
        ("pose.score_threshold", "a number from 0 to 1"),
        ("action.rate_hz", "a number from 0.5 to 60"),
        ("action.max_results", "a whole number from -1 to 10000, but not 0"),
        ("action.allow", "a list of texts"),
        ("pose.region", "a list of 4 numbers from 0 to 1"),
        ("mqtt.password_file", "the path of a file"),
        ("mqtt.username", "text"),
    ],
)
def test_what_is_allowed_is_said_in_words(path: str, words: str) -> None:
    assert allowed(SCHEMA.keys[path]) == words


def test_words_are_listed_and_guessed() -> None:
    assert [listed("a"), listed("ab"), listed("abc")] == ["a", "a or b", "a, b or c"]
    assert closest("Strech", ["letterbox", "stretch"]) == "stretch"
    assert closest("zzz", ["letterbox", "stretch"]) is None
