import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.config.edit import set_value
from edge.config.key import PLAIN, Details
from edge.config.load import load
from edge.config.schema import Key
from edge.config.values import checked, from_text, located
from edge.config.words import toml_text
from edge.settings import SCHEMA

TIED = {  # to each other, by a rule
    "tracking.label_enter",
    "tracking.label_exit",
    "tracking.keypoint_enter",
    "tracking.keypoint_exit",
    "governor.hot_c",
    "governor.cool_c",
    "action.gate",
    "pose.enabled",
}
FREE = [path for path, key in SCHEMA.keys.items() if key.details.kind is PLAIN and path not in TIED]
CLEAN = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])


def scalars(key: Key) -> st.SearchStrategy[Any]:
    """Values of the right type and within bounds."""
    details = key.details
    if details.choices:
        return st.sampled_from(details.choices)
    if key.scalar is bool:
        return st.booleans()
    if key.scalar is int:
        return st.integers(int(details.low or 0), int(details.high or 0)).filter(lambda value: value != details.never)
    if key.scalar is float:
        return st.floats(details.low, details.high).filter(lambda value: value == 0 or abs(value) >= 1e-6)
    if details.pattern:
        return st.from_regex(details.pattern, fullmatch=True, alphabet=CLEAN)
    return st.text(CLEAN, min_size=int(key.is_list))


def lists(key: Key) -> st.SearchStrategy[Any]:
    """Lists of as many of them as a key allows."""
    lengths = st.sampled_from(key.details.lengths or range(5))
    return lengths.flatmap(lambda length: st.tuples(*[scalars(key)] * length))


@given(st.data())
@settings(max_examples=100)
def test_any_valid_value_that_is_set_is_got(data: st.DataObject) -> None:
    key = SCHEMA.keys[data.draw(st.sampled_from(FREE))]
    value = data.draw(lists(key) if key.is_list else scalars(key))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edge.toml"
        assert SCHEMA.value_of(set_value(SCHEMA, path, key.path, toml_text(value)).settings, key.path) == value
        assert SCHEMA.value_of(load(SCHEMA, path).settings, key.path) == value


@given(st.sampled_from(sorted(SCHEMA.keys)), st.text())
@settings(max_examples=150)
def test_any_text_is_a_value_or_refused_in_words(path: str, text: str) -> None:
    key = SCHEMA.keys[path]
    try:
        value = checked(key, from_text(key, text))
    except ValueError as error:
        sentence = str(error)
    else:
        sentence = "must be what it is"
        assert checked(key, from_text(key, toml_text(value))) == value
    assert sentence.startswith("must ")


@pytest.mark.parametrize("path", ["pose.max_rate_hz", "tracking.beta", "action.gate_hold_s", "camera.fps"])
@pytest.mark.parametrize("value", [5e-324, -1e-310, 9e-7, float("nan"), float("inf"), 1e308, 10**400])
def test_numbers_that_cannot_be_reckoned_with_are_refused(path: str, value: float) -> None:
    with pytest.raises(ValueError, match="must be a number from"):
        checked(SCHEMA.keys[path], value)


def test_what_is_almost_nothing_was_meant_to_be_nothing() -> None:
    with pytest.raises(ValueError, match=r"\(did you mean 0\?\)$"):
        checked(SCHEMA.keys["pose.max_rate_hz"], 5e-324)
    assert str(checked(SCHEMA.keys["pose.max_rate_hz"], -0.0)) == "0.0"


@pytest.mark.parametrize("path", sorted(SCHEMA.keys))
def test_every_default_is_allowed(path: str) -> None:
    key = SCHEMA.keys[path]
    assert checked(key, key.default) == key.default


def test_numbers_too_large_for_a_float_are_refused() -> None:
    key = Key("a", "b", float, is_list=False, default=0.0, details=Details("Without bounds."))
    assert checked(key, 10) == 10.0
    for value in (float("inf"), float("nan")):
        with pytest.raises(ValueError, match="must be a number"):
            checked(key, value)
    with pytest.raises(ValueError, match="must be a number"):
        checked(key, 10**400)


def test_paths_stand_where_their_keys_say() -> None:
    folder = Path("/etc/edge")
    assert located(SCHEMA.keys["camera.source"], "stills:pictures", folder) == "stills:/etc/edge/pictures"
    assert located(SCHEMA.keys["camera.source"], "video:/a.mp4", folder) == "video:/a.mp4"
    assert located(SCHEMA.keys["camera.source"], "synthetic:walk", folder) == "synthetic:walk"
    assert located(SCHEMA.keys["mqtt.host"], "a/b", folder) == "a/b"
    assert located(SCHEMA.keys["pose.region"], (0.0, 0.0, 1.0, 1.0), folder) == (0.0, 0.0, 1.0, 1.0)
