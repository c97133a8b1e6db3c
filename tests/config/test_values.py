import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.config.edit import set_value
from edge.config.key import Key
from edge.config.load import load
from edge.config.schema import Entry, entries, value_of
from edge.config.values import checked, from_text, is_model_path, located
from edge.config.words import toml_text

TIED = {  # to each other, by a rule
    "tracking.label_enter",
    "tracking.label_exit",
    "tracking.keypoint_enter",
    "tracking.keypoint_exit",
    "action.gate",
    "pose.enabled",
}
FREE = [path for path, entry in entries().items() if entry.key.kind == "plain" and path not in TIED]
CLEAN = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])


def scalars(entry: Entry) -> st.SearchStrategy[Any]:
    """Values of the right type and within bounds."""
    key = entry.key
    if key.choices:
        return st.sampled_from(key.choices)
    if entry.scalar is bool:
        return st.booleans()
    if entry.scalar is int:
        return st.integers(int(key.low or 0), int(key.high or 0)).filter(lambda value: value != key.never)
    if entry.scalar is float:
        return st.floats(key.low, key.high).filter(lambda value: value == 0 or abs(value) >= 1e-6)
    if key.pattern:
        return st.from_regex(key.pattern, fullmatch=True, alphabet=CLEAN)
    return st.text(CLEAN, min_size=int(entry.is_list))


def lists(entry: Entry) -> st.SearchStrategy[Any]:
    """Lists of as many of them as a key allows."""
    lengths = st.sampled_from(entry.key.lengths or range(5))
    return lengths.flatmap(lambda length: st.tuples(*[scalars(entry)] * length))


@given(st.data())
@settings(max_examples=100)
def test_any_valid_value_that_is_set_is_got(data: st.DataObject) -> None:
    entry = entries()[data.draw(st.sampled_from(FREE))]
    value = data.draw(lists(entry) if entry.is_list else scalars(entry))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edge.toml"
        assert value_of(set_value(path, entry.path, toml_text(value)).settings, entry.path) == value
        assert value_of(load(path).settings, entry.path) == value


@given(st.sampled_from(sorted(entries())), st.text())
@settings(max_examples=150)
def test_any_text_is_a_value_or_refused_in_words(path: str, text: str) -> None:
    entry = entries()[path]
    try:
        value = checked(entry, from_text(entry, text))
    except ValueError as error:
        sentence = str(error)
    else:
        sentence = "must be what it is"
        assert checked(entry, from_text(entry, toml_text(value))) == value
    assert sentence.startswith("must ")


@pytest.mark.parametrize("path", ["pose.max_rate_hz", "tracking.beta", "action.gate_hold_s", "camera.fps"])
@pytest.mark.parametrize("value", [5e-324, -1e-310, 9e-7, float("nan"), float("inf"), 1e308, 10**400])
def test_numbers_that_cannot_be_reckoned_with_are_refused(path: str, value: float) -> None:
    with pytest.raises(ValueError, match="must be a number from"):
        checked(entries()[path], value)


def test_what_is_almost_nothing_was_meant_to_be_nothing() -> None:
    with pytest.raises(ValueError, match=r"\(did you mean 0\?\)$"):
        checked(entries()["pose.max_rate_hz"], 5e-324)
    assert str(checked(entries()["pose.max_rate_hz"], -0.0)) == "0.0"


@pytest.mark.parametrize("region", [[0, 0, 5e-324, 1], [0, 0, 1, 0.009], [0.999, 0, 0.001, 1], [1, 0, 0.5, 1]])
def test_a_region_has_to_be_large_enough_and_inside(region: list[float]) -> None:
    for path in ("pose.region", "classification.region"):
        with pytest.raises(ValueError, match=r"^must "):
            checked(entries()[path], region)
        assert checked(entries()[path], [0.99, 0, 0.01, 1]) == (0.99, 0.0, 0.01, 1.0)


@pytest.mark.parametrize("path", sorted(entries()))
def test_every_default_is_allowed(path: str) -> None:
    entry = entries()[path]
    assert checked(entry, entry.default) == entry.default


def test_numbers_too_large_for_a_float_are_refused() -> None:
    entry = Entry("a", "b", float, is_list=False, default=0.0, key=Key("Without bounds."))
    assert checked(entry, 10) == 10.0
    for value in (float("inf"), float("nan")):
        with pytest.raises(ValueError, match="must be a number"):
            checked(entry, value)
    with pytest.raises(ValueError, match="must be a number"):
        checked(entry, 10**400)


def test_paths_stand_where_their_keys_say() -> None:
    folder = Path("/etc/edge")
    assert located(entries()["camera.source"], "stills:pictures", folder) == "stills:/etc/edge/pictures"
    assert located(entries()["camera.source"], "video:/a.mp4", folder) == "video:/a.mp4"
    assert located(entries()["camera.source"], "synthetic:walk", folder) == "synthetic:walk"
    assert located(entries()["mqtt.host"], "a/b", folder) == "a/b"
    assert located(entries()["pose.region"], (0.0, 0.0, 1.0, 1.0), folder) == (0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(("model", "is_path"), [("lite0", False), ("lite0.tflite", True), ("models/lite0", True)])
def test_a_model_is_a_name_or_a_path(model: str, is_path: bool) -> None:
    assert is_model_path(model) is is_path
