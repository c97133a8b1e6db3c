"""Mistakes people make in a configuration file: each is named with its line and what to do, all at once."""
# ruff: noqa: E501  a table reads best with a row on a line

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from edge.config.file_text import Source
from edge.config.load import combine
from edge.errors import ConfigError
from edge.settings import SCHEMA


class Mistake(NamedTuple):
    section: str
    line: str
    sentence: str


# fmt: off
MISTAKES = [
    Mistake("device", 'id = "living room"', 'device.id = "living room": must be at most 64 letters, digits, - and _'),
    Mistake("device", 'id = "a/b"', 'device.id = "a/b": must be at most 64 letters, digits, - and _'),
    Mistake("device", "id = 7", 'device.id = 7: must be at most 64 letters, digits, - and _ (did you mean "7"?)'),
    Mistake("device", 'area = "Kitchen "', 'device.area = "Kitchen ": must be words with single spaces between them, at most 64 characters'),
    Mistake("device", 'area = "Kit\\tchen"', 'device.area = "Kit\\tchen": must be words with single spaces between them, at most 64 characters, without control characters'),
    Mistake("device", "area = 7", 'device.area = 7: must be words with single spaces between them, at most 64 characters (did you mean "7"?)'),
    Mistake("device", 'name = "pi"', "device.name: unknown key"),
    Mistake("camera", 'source = "vidoe:a.mp4"', 'camera.source = "vidoe:a.mp4": must be auto, picamera, v4l2:DEVICE, rtsp://…, rtsps://…, http://…, https://…, udp://…, tcp://…, video:PATH, stills:DIR, synthetic or synthetic:SCENE (did you mean "video:a.mp4"?)'),
    Mistake("camera", 'source = "video:"', 'camera.source = "video:": must be auto, picamera, v4l2:DEVICE, rtsp://…, rtsps://…, http://…, https://…, udp://…, tcp://…, video:PATH, stills:DIR, synthetic or synthetic:SCENE'),
    Mistake("camera", 'loop = "yes"', 'camera.loop = "yes": must be true or false (did you mean true?)'),
    Mistake("camera", "loop = 1", "camera.loop = 1: must be true or false"),
    Mistake("camera", "realtme = false", "camera.realtme: unknown key (did you mean camera.realtime?)"),
    Mistake("inference", "threads = 0", "inference.threads = 0: must be a whole number from 1 to 16"),
    Mistake("inference", "threads = 17", "inference.threads = 17: must be a whole number from 1 to 16"),
    Mistake("inference", 'threads = "4"', 'inference.threads = "4": must be a whole number from 1 to 16 (did you mean 4?)'),
    Mistake("inference", "threads = 4.0", "inference.threads = 4.0: must be a whole number from 1 to 16 (did you mean 4?)"),
    Mistake("inference", "threads = true", "inference.threads = true: must be a whole number from 1 to 16"),
    Mistake("pose", 'fit = "strech"', 'pose.fit = "strech": must be letterbox or stretch (did you mean "stretch"?)'),
    Mistake("pose", 'fit = "Letterbox"', 'pose.fit = "Letterbox": must be letterbox or stretch (did you mean "letterbox"?)'),
    Mistake("pose", "fit = stretch", 'is not TOML; text needs quotes (did you mean fit = "stretch"?)'),
    Mistake("pose", 'fit = ["stretch"]', 'pose.fit = ["stretch"]: must be letterbox or stretch (did you mean "stretch"?)'),
    Mistake("pose", "score_threshold = 40", "pose.score_threshold = 40: must be a number from 0 to 1"),
    Mistake("pose", "score_threshold = -0.1", "pose.score_threshold = -0.1: must be a number from 0 to 1"),
    Mistake("pose", "score_threshold = nan", "pose.score_threshold = nan: must be a number from 0 to 1"),
    Mistake("pose", "score_threshold = inf", "pose.score_threshold = inf: must be a number from 0 to 1"),
    Mistake("pose", 'score_threshold = "0.4"', 'pose.score_threshold = "0.4": must be a number from 0 to 1 (did you mean 0.4?)'),
    Mistake("pose", "region = [0, 0, 1]", "pose.region = [0, 0, 1]: must be a list of 4 numbers from 0 to 1"),
    Mistake("pose", "region = [0, 0, 640, 480]", "pose.region = [0, 0, 640, 480]: must be a list of 4 numbers from 0 to 1"),
    Mistake("pose", "region = [0.5, 0, 0.6, 1]", "pose.region = [0.5, 0, 0.6, 1]: must lie inside the frame: x + width and y + height at most 1"),
    Mistake("pose", "region = [0, 0, 0, 1]", "pose.region = [0, 0, 0, 1]: must have an area: width and height (the last two) above 0"),
    Mistake("classification", 'allow = "cat"', 'classification.allow = "cat": must be a list of texts (did you mean ["cat"]?)'),
    Mistake("classification", 'allow = ["cat", 3]', 'classification.allow = ["cat", 3]: must be a list of texts'),
    Mistake("classification", 'deny = [""]', 'classification.deny = [""]: must be a list of texts'),
    Mistake("classification", "std = [0.229, 0.224, 0.225]", "classification.std = [0.229, 0.224, 0.225]: must be a number from 1 to 1000, or a list of three, for pixels of 0..255 (those for 0..1 times 255)"),
    Mistake("classification", "mean = [1, 2]", "classification.mean = [1, 2]: must be a number from -1000 to 1000, or a list of three"),
    Mistake("classification", 'input_size = "large"', 'classification.input_size = "large": must be a whole number from 8 to 2048, or a list of two'),
    Mistake("classification", "max_results = 0", "classification.max_results = 0: must be a whole number from -1 to 10000, but not 0"),
    Mistake("classification", 'display_names_locale = "english!"', 'classification.display_names_locale = "english!": must be a language code such as en or pt-BR'),
    Mistake("action", "fit = 2026-05-01", "action.fit: unknown key (did you mean pose.fit or classification.fit?)"),
    Mistake("action", "model = 2026-05-01", "action.model = 2026-05-01: must be a catalogue name or the path of a .tflite file"),
    Mistake("action", "rate_hz.max = 5", "action.rate_hz = {…}: must be a number from 0.5 to 60"),
    Mistake("mqtt", 'host = "my broker"', 'mqtt.host = "my broker": must be a host name or an address, as broker.lan or 192.168.1.5; the port stands in mqtt.port'),
    Mistake("mqtt", "port = 70000", "mqtt.port = 70000: must be a whole number from 1 to 65535"),
    Mistake("mqtt", 'base_topic = "edge/#"', 'mqtt.base_topic = "edge/#": must be topic levels joined by /, without spaces, + and #'),
    Mistake("mqtt", 'password = "secret"', "mqtt.password: unknown key (did you mean mqtt.password_file?)"),
    Mistake("log", 'level = "warn"', 'log.level = "warn": must be debug, info, warning or error (did you mean "warning"?)'),
    Mistake("log", "port = 18 83", "is not TOML: expected newline or end of document after a statement"),
]
# fmt: on


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        combine(SCHEMA, Source("edge.toml", Path("/etc/edge"), text))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.line)
def test_each_mistake_alone(mistake: Mistake) -> None:
    assert problems(f"# mine\n\n[{mistake.section}]\n{mistake.line}  # comment\n") == [
        f"edge.toml:4: {mistake.sentence}"
    ]


def test_mistakes_in_the_form_of_sections() -> None:
    assert problems('fit = "a"\npose = 3\n[[mqtt]]\n[classificaton]\nanything = 1\n[zzzzzz]\n') == [
        "edge.toml:1: fit: unknown key (did you mean pose.fit or classification.fit?)",
        "edge.toml:2: pose: is a section and must be written [pose]",
        "edge.toml:3: mqtt: is a section and must be written [mqtt]",
        "edge.toml:4: [classificaton]: unknown section (did you mean [classification]?)",
        "edge.toml:6: [zzzzzz]: unknown section",
    ]


def test_a_problem_stays_on_its_line_whatever_the_key_is_called() -> None:
    assert problems(f'"a\\nb" = 1\n["\\u001b[0m"]\n[pose]\n{"k" * 1000} = 1\n') == [
        'edge.toml:1: "a\\nb": unknown key',
        'edge.toml:2: ["\\u001b[0m"]: unknown section',
        f"edge.toml:4: pose.{'k' * 74}…: unknown key",
    ]


def test_all_mistakes_at_once() -> None:
    """One mistake of each key in one file; every line of it is named."""
    lines: list[str] = []
    expected: list[str] = []
    for mistake in {(mistake.section, mistake.line.split(" ")[0]): mistake for mistake in MISTAKES}.values():
        if f"[{mistake.section}]" not in lines:
            lines.append(f"[{mistake.section}]")
        lines.append(mistake.line)
        expected.append(f"edge.toml:{len(lines)}: {mistake.sentence}")
    assert problems("\n".join(lines)) == expected
    assert len(expected) > 20


def test_there_are_forty_of_them() -> None:
    assert len(MISTAKES) >= 40


@pytest.mark.parametrize(
    "area", [" Kitchen", "Living  room", " ", "a\nb", "a\x00b", "\x1b[31m", "a" * 65, "a " * 32 + "a"]
)
def test_an_area_is_a_name_on_one_line(area: str) -> None:
    assert problems(f"[device]\narea = {json.dumps(area)}\n")[0].startswith("edge.toml:2: device.area = ")


@pytest.mark.parametrize("area", ["", "K", "Küche", "Living room", "Kids' room 2", "廊下", "a" * 64, "a " * 31 + "aa"])
def test_names_that_people_give_to_areas(area: str) -> None:
    assert combine(SCHEMA, Source("edge.toml", Path("/etc/edge"), f"[device]\narea = {json.dumps(area)}\n"))
