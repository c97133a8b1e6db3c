from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.config.sections import Settings
from edge.messages.request import Request
from edge.mqtt.settings import MqttSettings
from edge.settings import SCHEMA
from edge.tasks.pose.settings import PoseSettings
from tests.daemon.requests.office import Office

if TYPE_CHECKING:
    from pathlib import Path

FILE = """\
# How sure it must be.
[pose]
score_threshold = 0.3 # of the hallway
"""


def change(key: object, value: object) -> Request:
    return Request("config/set", {"key": key, "value": value})


def test_a_key_is_set_in_the_file_and_in_force(tmp_path: Path) -> None:
    office = Office(tmp_path, FILE)
    response = office.handler.answer(change("pose.score_threshold", 0.4))
    assert response.result == {"key": "pose.score_threshold", "value": 0.4, "live": True, "in_force": True}
    assert office.file.read_text() == FILE.replace("0.3", "0.4")
    assert office.configured.settings[PoseSettings].score_threshold == 0.4


def test_values_are_told_one_by_one_or_all_at_once(tmp_path: Path) -> None:
    office = Office(tmp_path, FILE)
    one = office.handler.answer(Request("config/get", {"key": "pose.score_threshold"}))
    assert one.result == {"key": "pose.score_threshold", "value": 0.3, "live": True, "remote": True}
    everything = office.handler.answer(Request("config/get")).result
    assert everything is not None
    assert everything["values"].keys() == SCHEMA.keys.keys()
    assert everything["values"]["pose.score_threshold"] == 0.3


@pytest.mark.parametrize(
    ("key", "value", "code", "words"),
    [
        ("pose.score_threshold", 7, "out_of_bounds", "pose.score_threshold must be a number from 0 to 1"),
        ("pose.score_threshold", "0.4", "out_of_bounds", "did you mean 0.4"),
        ("pose.score_threshold", float("inf"), "out_of_bounds", "number from 0 to 1"),
        ("pose.score_threshold", None, "out_of_bounds", "number from 0 to 1"),
        ("pose.scor_threshold", 0.4, "unknown_key", "did you mean pose.score_threshold"),
        ("pose", 0.4, "unknown_key", "pose"),
        (["pose.fit"], "stretch", "invalid", "must be text"),
        ("mqtt.host", "elsewhere", "not_remote", "edge config set mqtt.host"),
        ("mqtt.control", False, "not_remote", "on the device itself"),
        ("device.privacy", "none", "not_remote", "on the device itself"),
        ("classification.labels", "/etc/shadow", "not_remote", "on the device itself"),
        ("pose.model", "/srv/evil.tflite", "not_remote", "name a model"),
        ("pose.model", "evil.tflite", "not_remote", "name a model"),
        ("action.model", "../models/evil", "not_remote", "name a model"),
    ],
)
def test_what_is_not_allowed_changes_nothing(tmp_path: Path, key: object, value: object, code: str, words: str) -> None:
    office = Office(tmp_path, FILE)
    error = office.handler.answer(change(key, value)).error
    assert error is not None
    assert error.code == code
    assert words in error.message
    assert office.file.read_text() == FILE
    assert office.configured.settings[PoseSettings].score_threshold == 0.3


def test_a_conflict_with_another_key_changes_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path, '[classification]\nallow = ["cat"]\n')
    error = office.handler.answer(change("classification.deny", ["dog"])).error
    assert error is not None
    assert (error.code, "classification.allow" in error.message) == ("conflict", True)
    assert "deny" not in office.file.read_text()


@pytest.mark.parametrize("text", ["", FILE])
def test_what_cannot_be_put_in_force_is_taken_back(tmp_path: Path, text: str) -> None:
    office = Office(tmp_path, text)
    office.configured.stuck = True
    before = office.configured.given("pose.score_threshold")
    error = office.handler.answer(change("pose.score_threshold", 0.4)).error
    assert error is not None
    assert (error.code, error.message) == ("failed", "the camera cannot be turned now")
    assert office.configured.given("pose.score_threshold") == before


def test_each_key_that_may_be_set_is_set_and_each_other_is_refused(tmp_path: Path) -> None:
    """The whole schema: what a request may change is what says so, nothing else."""
    for number, (path, key) in enumerate(SCHEMA.keys.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        response = Office(folder).handler.answer(change(path, key.default))
        assert (response.error is None) == key.details.remote, path
    forbidden = {path for path, key in SCHEMA.keys.items() if not key.details.remote}
    assert {path for path in SCHEMA.keys if path.startswith("mqtt.")} <= forbidden
    assert {"camera.source", "device.privacy", "device.id"} <= forbidden


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    office = Office(tmp_path, FILE)
    office.file.unlink()
    office.file.mkdir()
    error = office.handler.answer(change("pose.score_threshold", 0.4)).error
    assert error is not None
    assert "edge.toml" in error.message
    assert office.configured.settings[PoseSettings].score_threshold == 0.3


def test_the_defaults_may_be_asked_for(tmp_path: Path) -> None:
    response = Office(tmp_path).handler.answer(Request("config/get", {"key": "mqtt.port"}))
    assert response.result == {
        "key": "mqtt.port",
        "value": Settings()[MqttSettings].port,
        "live": True,
        "remote": False,
    }
