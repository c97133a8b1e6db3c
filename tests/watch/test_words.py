from __future__ import annotations

import json
from typing import Any

import pytest

from edge.messages.words import duration, median, number, plain
from edge.watch.devices import Devices, DeviceStatus
from edge.watch.words import best_in_words, task_in_words
from tests.watch.samples import SETTLED, message


def having(**topics: dict[str, Any]) -> DeviceStatus:
    devices = Devices("edge")
    devices.take("edge/pi/availability", b"online", 0.0)
    for topic, content in topics.items():
        devices.take(f"edge/pi/{topic.replace('__', '/')}", message(**content), 0.0)
    return devices.reports(0.0)[0]


@pytest.mark.parametrize(
    ("topics", "words"),
    [
        ({}, "-"),
        ({"pose": {"people": []}}, "nobody"),
        ({"pose": {"people": [{}]}}, "1 person"),
        ({"pose": {"people": [{}]}, "state__pose": {"count": 3}}, "3 people"),
        ({"pose": {"people": "many"}}, "-"),
        ({"pose": {"people": [{}]}, "state__pose": {"count": None}}, "not known"),
        ({"state__pose": {"count": None, "model": None}}, "off"),
        ({"state__pose": {"count": None, "model": "movenet"}, "stats": {"tasks": {}}}, "off"),
        ({"state__pose": {"count": 1}, "stats": {"tasks": {"pose": {"paused": True}}}}, "paused"),
        ({"pose": {"people": []}, "stats": {"tasks": {"pose": {"paused": False}}}}, "nobody"),
        ({"pose": {"people": [{}]}, "stats": {"tasks": {}}}, "1 person"),
        ({"stats": {"tasks": ["pose"]}}, "-"),
    ],
)
def test_people_are_counted_from_the_state_or_else_the_stream(topics: dict[str, dict[str, Any]], words: str) -> None:
    assert task_in_words(having(**topics), "pose") == words


def test_a_label_is_the_settled_one() -> None:
    settled = {"settled": {"category_name": "tabby", "since": "2026-05-01T08:00:00.000Z"}}
    assert task_in_words(having(classification=SETTLED), "classification") == "nothing settled"
    assert task_in_words(having(classification=SETTLED, state__classification=settled), "classification") == "tabby"


@pytest.mark.parametrize(
    ("result", "words"), [(SETTLED, "Tabby cat 83%"), ({}, "-"), ({"categories": []}, "-"), ({"categories": [7]}, "-")]
)
def test_the_best_category_comes_with_its_score(result: dict[str, object], words: str) -> None:
    assert best_in_words(having(action=result), "action") == words


def test_of_people_and_of_a_task_that_rests_there_is_no_best() -> None:
    assert best_in_words(having(pose={"people": [{}]}), "pose") == ""
    assert best_in_words(having(action=SETTLED, stats={"tasks": {"action": {"paused": True}}}), "action") == ""


def test_numbers_have_units_and_whatever_is_none_is_a_dash() -> None:
    assert number(3.14159, ".2f", " Hz") == "3.14 Hz"
    assert [number(odd) for odd in (None, "3", True, [1])] == ["-"] * 4
    assert (median({"p50": 21.4}), median(None), median({"p50": None})) == ("21 ms", "-", "-")


@pytest.mark.parametrize(
    ("seconds", "words"), [(59, "59 s"), (60, "1 min"), (7300, "2 h"), (200_000, "2 d"), (None, "-"), (True, "-")]
)
def test_a_length_of_time_is_told_in_its_largest_unit(seconds: object, words: str) -> None:
    assert duration(seconds) == words


def test_odd_messages_never_raise() -> None:
    odd = json.loads('[null, 1, "x", [], {}, [{}], {"p50": []}]')
    for value in odd:
        device = having(pose={"people": value}, action={"settled": value, "categories": value})
        assert all(isinstance(task_in_words(device, task), str) for task in ("pose", "action"))
        assert isinstance(best_in_words(device, "action"), str)


@pytest.mark.parametrize("value", [{}, [], [[[]]], {"a": 1}, None, ""])
def test_what_is_no_text_is_a_dash(value: object) -> None:
    assert plain(value) == "-"
