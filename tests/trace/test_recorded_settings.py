"""Which settings a trace holds, and which of them a replay can change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.config.sections import Settings
from edge.errors import ConfigError
from edge.settings import SCHEMA
from edge.tasks.action.settings import ActionSettings
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.settings import TrackingSettings
from edge.tasks.pose.settings import PoseSettings
from edge.trace.recorded_settings import changed_settings, is_replayable, settings_from, settings_table

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = Settings(
    ClassificationSettings(allow=("cat, big", 'the "dog"')),
    ActionSettings(enabled=False, gate="motion"),
    TrackingSettings(label_enter=0.25, label_exit=0.2),
)


def refusal(*overrides: str, recorded: Settings = RECORDED) -> str:
    with pytest.raises(ConfigError) as caught:
        changed_settings(SCHEMA, recorded, None, overrides)
    return str(caught.value)


def test_settings_come_back_from_a_header() -> None:
    assert settings_from(SCHEMA, settings_table(SCHEMA, RECORDED)) == (RECORDED, ())


def test_what_says_who_and_where_one_is_stays_out() -> None:
    assert not {"mqtt", "device"} & set(settings_table(SCHEMA, RECORDED))


def test_nothing_given_is_nothing_changed() -> None:
    assert changed_settings(SCHEMA, RECORDED, None, ()) == RECORDED


def test_changes_lie_above_the_recorded_settings() -> None:
    changed = changed_settings(SCHEMA, RECORDED, None, ("tracking.label_enter=0.21", "classification.max_results=-1"))

    assert changed[TrackingSettings] == replace(RECORDED[TrackingSettings], label_enter=0.21)
    assert changed[ClassificationSettings] == replace(RECORDED[ClassificationSettings], max_results=-1)


def test_of_a_file_only_what_a_replay_can_change_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    file.write_text('[tracking]\nbeta = 3\n[pose]\nfit = "stretch"\nmax_people = 2\n[action]\nenabled = true\n')

    changed = changed_settings(SCHEMA, RECORDED, file, ("pose.max_people=1",))

    assert changed[TrackingSettings] == replace(RECORDED[TrackingSettings], beta=3.0)
    assert changed[PoseSettings] == replace(RECORDED[PoseSettings], max_people=1)
    assert changed[ActionSettings] == RECORDED[ActionSettings]


def test_every_key_of_tracking_and_no_key_of_the_camera_can_be_changed() -> None:
    assert all(is_replayable(path) for path in SCHEMA.keys if path.startswith("tracking."))
    assert not any(is_replayable(path) for path in SCHEMA.keys if path.startswith(("camera.", "mqtt.", "device.")))


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("mqtt.host=x", "mqtt.host = x: has no effect on a replay"),
        ("camera.fps=5", "camera.fps = 5: has no effect on a replay"),
        ("pose.model=x.tflite", "what the model was shown is recorded"),
        ("classification.region=0,0,1,0.5", "what the model was shown is recorded"),
        ("action.enabled=true", "action.enabled = true: this task was not recorded"),
        ("tracking.beta=-1", "tracking.beta = -1: must be a number from 0"),
        ("tracking.betta=1", "unknown key (did you mean tracking.beta?)"),
        ("tracking.label_enter=0.1", "tracking.label_exit = 0.2: must not be above tracking.label_enter (0.1)"),
        ("classification.deny=cow", "cannot be used with classification.allow"),
    ],
)
def test_what_a_replay_cannot_do_is_refused(override: str, sentence: str) -> None:
    assert sentence in refusal(override)


def test_all_problems_are_said_at_once() -> None:
    text = refusal("mqtt.port=1", "pose.fit=stretch", "tracking.beta=-1")

    assert [line.split(" = ")[0] for line in text.splitlines()] == [
        "--set: mqtt.port",
        "--set: pose.fit",
        "--set: tracking.beta",
    ]


def test_something_must_be_left_to_replay() -> None:
    assert "no task is enabled" in refusal("pose.enabled=false", "classification.enabled=false")


def test_the_gate_person_needs_pose() -> None:
    recorded = RECORDED.having(ActionSettings())

    assert "person needs pose.enabled" in refusal("action.gate=person", "pose.enabled=false", recorded=recorded)
