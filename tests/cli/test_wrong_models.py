"""A model that cannot run is refused at every way in, and never takes the other tasks down."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from edge.cli import config, config_file
from edge.cli.main import main
from tests.broker import PATIENCE_S, Subscriber, wait_until
from tests.cli.processes import broker_settings, running, toy_settings
from tests.cli.test_service import managed
from tests.cli.toys import pose_model
from tests.mqtt.samples import check

if TYPE_CHECKING:
    from pathlib import Path

    from tests.broker import Broker

MEANT = "did you mean movenet-lightning?"
MISSPELT = "movenet-lightnig"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration file of the service."""
    path = tmp_path / "edge.toml"
    path.write_text("[pose]\nmax_people = 2\n")
    for module in (config, config_file):
        monkeypatch.setattr(module, "DEFAULT_FILE", path)
    return path


@pytest.mark.usefixtures("no_models")
@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("pose.model", MISSPELT, MEANT),
        ("pose.model", "movinet-a0", "a model for action"),
        ("pose.model", "blazepose-detector", "cannot run"),
        ("classification.model", "mediapipe-hands-lite", "a model for hands"),
        ("classification.model", "flowers.tflite", "no such model file"),
        ("action.labels", "/etc/none.txt", "there is no such label file"),
    ],
)
def test_set_refuses_and_writes_nothing(
    file: Path, capsys: pytest.CaptureFixture[str], key: str, value: str, sentence: str
) -> None:
    assert main(["config", "set", key, value, "--apply"]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""
    assert file.read_text() == "[pose]\nmax_people = 2\n"


@pytest.mark.usefixtures("no_models")
def test_check_names_the_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(f'[pose]\nmodel = "{MISSPELT}"\n[action]\nlabels = "none.txt"\n')
    assert main(["config", "check"]) == 2
    said = capsys.readouterr()
    assert f'{file}:2: pose.model = "{MISSPELT}": ' in said.err
    assert MEANT in said.err
    assert f"{file}:4: action.labels = " in said.err
    assert main(["config", "check", "--set", f"pose.model={MISSPELT}", "--set", "action.labels="]) == 2
    assert f'--set: pose.model = "{MISSPELT}": ' in capsys.readouterr().err


@pytest.mark.usefixtures("no_models")
def test_what_is_to_be_pulled_is_written_with_a_warning(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "set", "pose.model", "movenet-thunder"]) == 0
    assert "warning: pose.model = 'movenet-thunder': not in the model store" in capsys.readouterr().err
    assert "movenet-thunder" in file.read_text()
    assert main(["config", "check"]) == 0
    said = capsys.readouterr()
    assert "get it with: sudo edge models pull movenet-thunder" in said.err
    assert "right, 2 of" in said.out


@pytest.mark.usefixtures("no_models")
def test_another_key_can_be_set_while_a_model_is_wrong(file: Path) -> None:
    file.write_text(f'[pose]\nmodel = "{MISSPELT}"\n[action]\nmodel = "no-such"\n')
    assert main(["config", "set", "mqtt.host", "nas"]) == 0
    assert main(["config", "set", "pose.model", "movenet-lightning"]) == 0
    assert main(["config", "unset", "action.model"]) == 0
    assert main(["config", "check"]) == 0


@pytest.mark.usefixtures("no_models")
def test_the_inbox_leaves_it_on_the_card_and_says_so_there(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = file.parent / "card.toml"
    card.write_text(f'[pose]\nfit = "stretch"\nmodel = "{MISSPELT}"\n')
    assert main(["config", "inbox", str(card)]) == 2
    assert MEANT in capsys.readouterr().err
    told = (file.parent / "card.toml.errors.txt").read_text(encoding="utf-8-sig")
    assert f'card.toml:3: pose.model = "{MISSPELT}": ' in told
    assert file.read_text() == "[pose]\nmax_people = 2\n"
    card.write_text('[pose]\nmodel = "movenet-thunder"\n')
    assert main(["config", "inbox", str(card)]) == 0
    assert "sudo edge models pull movenet-thunder" in capsys.readouterr().err


def test_a_task_that_cannot_start_is_off_and_comes_with_a_reload(tmp_path: Path, broker: Broker) -> None:
    file, log = tmp_path / "edge.toml", tmp_path / "log"
    file.write_text(f'[pose]\nmodel = "{MISSPELT}"\n[mqtt]\ncontrol = true\n')
    keys = [key for key in toy_settings(tmp_path) if not key.startswith("pose.model")] + broker_settings(broker)
    with (
        managed(tmp_path) as (manager, environment),
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, log, "--config", str(file), environment=environment) as process,
    ):
        subscriber.wait_for("test/classification", 3)
        subscriber.wait_for("test/action")
        stats = subscriber.wait_for("/stats", 2)[-1].json()
        state = subscriber.seen("state/pose")[-1].json()
        wait_until(lambda: any("STATUS=no results of pose: " in told for told in manager.told()), "the status says so")

        refused = _ask(subscriber, "config/set", key="classification.model", value="efficientnet-lite9")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: log.read_text().count("pose is off") == 2, "it is tried again")
        file.write_text(f'[pose]\nmodel = "{pose_model(tmp_path)}"\n[mqtt]\ncontrol = true\n')
        process.send_signal(signal.SIGHUP)
        subscriber.wait_for("test/pose", 3)
        wait_until(lambda: subscriber.seen("/stats")[-1].json()["tasks"]["pose"]["error"] is None, "stats are well")

    check("stats", stats)
    check("state/pose", state)
    assert MEANT in stats["tasks"]["pose"]["error"]
    assert (stats["tasks"]["pose"]["model"], stats["tasks"]["pose"]["results"]) == (MISSPELT, 0)
    assert (state["present"], state["count"]) == (None, None)
    assert "pose is off, the other tasks run" in log.read_text()
    assert MEANT in log.read_text()
    assert not refused["ok"]
    assert "there is no model 'efficientnet-lite9'" in refused["error"]["message"]
    assert "efficientnet" not in file.read_text()


def test_a_reload_with_a_wrong_model_changes_nothing(tmp_path: Path, broker: Broker) -> None:
    file, log = tmp_path / "edge.toml", tmp_path / "log"
    file.write_text("")
    keys = [key for key in toy_settings(tmp_path) if not key.startswith("pose.model")] + broker_settings(broker)
    file.write_text(f'[pose]\nmodel = "{pose_model(tmp_path)}"\n')
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, log, "--config", str(file)) as process,
    ):
        subscriber.wait_for("test/pose")
        file.write_text(f'[pose]\nmodel = "{MISSPELT}"\n')
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: MEANT in log.read_text(), "it is said")
        subscriber.wait_for("test/pose", len(subscriber.seen("test/pose")) + 3)


@pytest.mark.parametrize("is_managed", [True, False])
def test_with_no_task_left_a_service_stays_and_a_person_has_the_prompt_back(
    tmp_path: Path, broker: Broker, *, is_managed: bool
) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    keys += [f"{task}.model=no-such-model" for task in ("pose", "classification", "action")]
    log = tmp_path / "log"
    with (
        managed(tmp_path) as (manager, environment),
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, log, environment=environment if is_managed else {**os.environ}) as process,
    ):
        if is_managed:
            stats = subscriber.wait_for("/stats", 2)[-1].json()
            assert all("no-such-model" in task["error"] for task in stats["tasks"].values())
            wait_until(lambda: "READY=1" in manager.told(), "it is ready")
        else:
            assert process.wait(PATIENCE_S) == 1
            assert log.read_text().count("edge: pose.model = 'no-such-model': there is no model") == 1


def _ask(subscriber: Subscriber, command: str, **arguments: Any) -> dict[str, Any]:
    subscriber.publish(f"edge/test/request/{command}", json.dumps({"arguments": arguments}).encode())
    answer: dict[str, Any] = subscriber.wait_for(f"test/response/{command}")[-1].json()
    return answer
