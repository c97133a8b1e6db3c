"""The configuration over the life of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.config.sections import Settings
from edge.config.store import LAST_GOOD, REFUSED, ConfigStore
from edge.errors import ConfigError
from edge.mqtt.settings import MqttSettings
from edge.settings import SCHEMA
from edge.tasks.action.settings import ActionSettings
from edge.tasks.pose.settings import PoseSettings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "edge.toml"
    path.write_text("[pose]\nmax_people = 2\n")
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    return folder


def good(file: Path, state: Path) -> ConfigStore:
    """A store that has remembered the file."""
    store = ConfigStore(SCHEMA, file, (), state)
    store.start()
    store.keep()
    return store


def test_the_last_good_file_is_in_force_while_the_file_is_wrong(file: Path, state: Path) -> None:
    good(file, state)
    file.write_text("[pose]\nmax_people = 99\n")

    loaded, error = ConfigStore(SCHEMA, file, (), state).start()

    assert loaded.settings[PoseSettings].max_people == 2
    assert error is not None
    assert "pose.max_people = 99" in str(error)


def test_a_file_that_leaves_nothing_to_do_does_not_stop_the_service(file: Path, state: Path) -> None:
    good(file, state)
    file.write_text("[pose]\nenabled = false\n[classification]\nenabled = false\n[action]\nenabled = false\n")

    loaded, error = ConfigStore(SCHEMA, file, (), state).start()

    assert loaded.settings[PoseSettings].enabled
    assert "no task is enabled" in str(error)


def test_a_right_file_comes_before_the_remembered_one(file: Path, state: Path) -> None:
    good(file, state)
    file.write_text("[pose]\nmax_people = 3\n")

    loaded, error = ConfigStore(SCHEMA, file, (), state).start()

    assert loaded.settings[PoseSettings].max_people == 3
    assert error is None


def test_a_file_that_was_read_but_never_in_force_is_not_remembered(file: Path, state: Path) -> None:
    store = ConfigStore(SCHEMA, file, (), state)
    store.start()
    file.write_text("[pose]\nmax_people = 3\n")
    store.load()
    store.keep()
    assert (state / LAST_GOOD).read_text() == "[pose]\nmax_people = 2\n"

    store.accept()
    store.keep()
    assert (state / LAST_GOOD).read_text() == "[pose]\nmax_people = 3\n"


def test_relative_paths_of_a_remembered_file_still_start_from_the_file(file: Path, state: Path) -> None:
    file.write_text('[action]\nlabels = "labels.txt"\n')
    good(file, state)
    file.write_text("broken")

    loaded, _ = ConfigStore(SCHEMA, file, (), state).start()

    assert loaded.settings[ActionSettings].labels == str(file.parent / "labels.txt")


def test_in_the_foreground_a_wrong_file_is_an_error(file: Path) -> None:
    file.write_text("[pose]\nmax_people = 99\n")

    with pytest.raises(ConfigError, match="max_people = 99"):
        ConfigStore(SCHEMA, file, (), None).start()


def test_with_nothing_remembered_or_that_wrong_too_a_wrong_file_is_an_error(file: Path, state: Path) -> None:
    file.write_text("[pose]\nmax_people = 99\n")

    with pytest.raises(ConfigError):
        ConfigStore(SCHEMA, file, (), state).start()
    (state / LAST_GOOD).write_text("[pose]\nmax_people = 77\n")
    with pytest.raises(ConfigError, match="= 99"):
        ConfigStore(SCHEMA, file, (), state).start()


def good_then(
    file: Path, state: Path, text: str, why: str = "OverflowError: cannot convert\nfloat infinity"
) -> ConfigStore:
    """A store that has remembered the file, which then became ``text``; and the service did not survive that."""
    store = good(file, state)
    file.write_text(text)
    store.refuse(why)
    return store


def test_what_the_service_did_not_survive_is_not_tried_again(file: Path, state: Path) -> None:
    good_then(file, state, "[pose]\nmax_people = 3\nfit = 'stretch'\n")

    loaded, error = ConfigStore(SCHEMA, file, (), state).start()

    assert loaded.settings[PoseSettings].max_people == 2
    assert str(error) == (
        f"{file}: Edge did not survive it (OverflowError: cannot convert float infinity); what differs from the last"
        " good one: pose.fit, pose.max_people; mend that, then reload"
    )


@pytest.mark.parametrize(
    "why", ["\x1b[2J", "a\0b", "\x7f", "\udcff.tflite", "\x07", "\r", "x" * 300_000, "", '"""', "\ufeff"]
)
def test_whatever_words_it_failed_with_it_is_not_tried_again(file: Path, state: Path, why: str) -> None:
    good_then(file, state, "[pose]\nmax_people = 3\n", f"the model says {why}")
    loaded, error = ConfigStore(SCHEMA, file, (), state).start()
    assert loaded.settings[PoseSettings].max_people == 2
    assert "Edge did not survive it (the model says" in str(error)
    assert len(str(error)) < 1000


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("[pose]\nmax_people = 3\nfit = 'stretch'\n# a remark\n", True),
        ("[pose]\nmax_people = 3\nfit = 'stretch'\n[mqtt]\nport = 1884\n", True),
        ("[pose]\nmax_people = 3\n", False),
        ("[pose]\nmax_people = 4\nfit = 'stretch'\n", False),
        ("", False),
    ],
)
def test_it_counts_again_once_one_of_its_changes_is_changed(
    file: Path, state: Path, text: str, *, is_refused: bool
) -> None:
    store = good_then(file, state, "[pose]\nmax_people = 3\nfit = 'stretch'\n")
    file.write_text(text)
    assert (store.start()[1] is not None) is is_refused


def test_what_proves_good_ends_the_refusal(file: Path, state: Path) -> None:
    store = good_then(file, state, "[pose]\nmax_people = 3\n")
    file.write_text("[pose]\nmax_people = 4\n")
    store.start()
    store.keep()
    file.write_text("[pose]\nmax_people = 3\n")
    assert store.load().settings[PoseSettings].max_people == 3


def test_what_is_forgiven_is_tried_again(file: Path, state: Path) -> None:
    store = good_then(file, state, "[pose]\nmax_people = 3\n")
    store.forgive()
    store.forgive()
    assert store.load().settings[PoseSettings].max_people == 3


@pytest.mark.parametrize("text", ["[pose]\nmax_people = 2 # a remark\n", "broken"])
def test_what_is_no_different_or_wrong_anyway_is_not_refused(file: Path, state: Path, text: str) -> None:
    good_then(file, state, text)
    assert not (state / REFUSED).exists()


def test_with_nothing_remembered_nothing_is_refused(file: Path, state: Path) -> None:
    store = ConfigStore(SCHEMA, file, (), state)
    assert not store.remembers
    store.refuse("it ended")
    assert store.load().settings[PoseSettings].max_people == 2
    ConfigStore(SCHEMA, file, (), None).refuse("it ended")


@pytest.mark.parametrize("content", ["", "# no TOML\n[", "\0", "[pose]\nmax_people = 99\n"])
def test_a_broken_record_of_the_refusal_refuses_nothing(file: Path, state: Path, content: str) -> None:
    store = good_then(file, state, "[pose]\nmax_people = 3\n")
    (state / REFUSED).write_text(content)
    assert store.load().settings[PoseSettings].max_people == 3


def test_without_a_file_there_is_nothing_to_remember(state: Path) -> None:
    store = ConfigStore(SCHEMA, None, ["pose.max_people=4"], state)

    loaded, _ = store.start()
    store.keep()

    assert loaded.settings[PoseSettings].max_people == 4
    assert not (state / LAST_GOOD).exists()


def test_taking_some_keys_of_newer_settings() -> None:
    newer = Settings(PoseSettings(max_people=2, score_threshold=0.5), MqttSettings(port=1884))

    settings = SCHEMA.taking(Settings(), newer, ["pose.max_people", "mqtt.port"])

    assert settings == Settings(PoseSettings(max_people=2), MqttSettings(port=1884))


def test_what_the_file_gives_is_told_and_changed(file: Path) -> None:
    store = ConfigStore(SCHEMA, file, ("pose.max_people=4",), None)
    assert (store.given("pose.max_people"), store.given("pose.fit"), store.given("mqtt.port")) == (
        2,
        None,
        None,
    )
    store.change("pose.max_people", 3)
    store.change("pose.fit", "stretch")
    store.change("pose.max_people", None)
    assert file.read_text() == '[pose]\nfit = "stretch"\n'
    assert store.load().settings[PoseSettings].max_people == 4, "the command line has the last word"


def test_without_a_file_nothing_can_be_changed() -> None:
    with pytest.raises(ConfigError, match="without a configuration file"):
        ConfigStore(SCHEMA, None, (), None).change("pose.fit", "stretch")
