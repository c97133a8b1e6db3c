import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.base.url import MASK
from edge.config.words import allowed, closest, listed, shown, shown_key, toml_text, without_secrets
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


HUSH = "hunter2"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("camera.source", [f"rtsp://u:{HUSH}@hall/1"]),
        ("camera.source", [f"u:my {HUSH}@hall/1"]),
        ("mqtt.host", [f"u:{HUSH}@hall", 1]),
        ("mqtt.port", f"u:{HUSH}@hall:1883"),
        ("mqtt.username", f"u:{HUSH}@hall"),
        ("classification.allow", ("hall", f"u:{HUSH}@hall")),
        ("mqtt.password_file", HUSH),
        ("mqtt.password_file", [HUSH]),
        ("camera.password_file", f"/etc/edge/{HUSH}"),
        ("camera.password_file", f"/etc/{HUSH}/and/more"),
    ],
)
def test_a_password_where_none_belongs_is_not_shown(path: str, value: object) -> None:
    key = SCHEMA.keys[path]
    assert HUSH not in shown(key, value)
    assert HUSH not in toml_text(without_secrets(key, value))
    assert MASK in shown(key, value)


def test_numbers_in_the_place_of_a_password_are_not_shown_others_are() -> None:
    assert shown(SCHEMA.keys["mqtt.password_file"], 123456) == f'"{MASK}"'
    assert shown(SCHEMA.keys["mqtt.password_file"], 16**5000) == f'"{MASK}"'
    assert shown(SCHEMA.keys["camera.source"], 0) == "0"
    assert shown(SCHEMA.keys["pose.region"], [0, 0, 1, "x"]) == '[0, 0, 1, "x"]'


def test_an_address_as_the_name_of_a_key_is_masked() -> None:
    assert HUSH not in shown_key(f"u:{HUSH}@hall")


def test_the_path_of_a_password_that_is_there_is_shown(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("a") / "password"
    file.write_text(HUSH)
    assert shown(SCHEMA.keys["mqtt.password_file"], str(file)) == f'"{file}"'


def test_of_a_path_that_leads_nowhere_the_folders_that_are_there_are_shown(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("a")  # a short path, as long ones are cut
    key = SCHEMA.keys["mqtt.password_file"]
    assert shown(key, f"{folder}/no/password") == f'"{folder}/{MASK}"'
    assert shown(key, "no/password") == f'"{MASK}"'
    assert shown(key, "") == '""'
