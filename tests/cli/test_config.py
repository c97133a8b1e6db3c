import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from edge.cli import config, config_file
from edge.cli.main import main
from edge.config.load import load
from edge.daemon.device_id import device_id
from edge.settings import SCHEMA
from edge.tasks.pose.settings import PoseSettings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``edge.toml`` of the current directory, which stands for /etc/edge/edge.toml; not there yet."""
    monkeypatch.chdir(tmp_path)
    for module in (config, config_file):
        monkeypatch.setattr(module, "DEFAULT_FILE", Path("edge.toml"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return Path("edge.toml")


@pytest.fixture
def systemctl(tmp_path: Path) -> Path:
    """A ``systemctl`` that notes how it was called and exits with the status in the file ``status``."""
    (tmp_path / "bin").mkdir()
    path = tmp_path / "bin" / "systemctl"
    path.write_text(
        f"#!/bin/sh\necho $@ >> {tmp_path}/calls\n"
        f"[ -e {tmp_path}/fails ] && echo 'Unit edge.service not found.' >&2 && exit 5\nexit 0\n"
    )
    path.chmod(0o755)
    return path


def edge_config(*arguments: str) -> int:
    return main(["config", *arguments])


def output(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_show_prints_the_whole_configuration_as_toml_with_origins(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('[pose]\nfit = "stretch"\n')
    assert edge_config("show", "--set", "mqtt.port=1884") == 0
    text = capsys.readouterr().out
    lines = [line.split() for line in text.splitlines()]
    assert ["fit", "=", '"stretch"', "#", "edge.toml:2"] in lines
    assert ["port", "=", "1884", "#", "--set"] in lines
    assert ["max_people", "=", "4", "#", "default"] in lines
    assert sum(len(keys) for keys in tomllib.loads(text).values()) == len(SCHEMA.keys)


def test_show_get_and_diff_speak_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text('[action]\nallow = ["squat"]\n')

    def answer(*arguments: str) -> Any:
        assert edge_config(*arguments, "--json") == 0
        return json.loads(capsys.readouterr().out)

    given = {"value": ["squat"], "origin": "edge.toml:2"}
    assert answer("show")["action.allow"] == given
    assert answer("get", "action.allow") == {"key": "action.allow", **given}
    assert answer("diff") == {"action.allow": {**given, "default": []}}


def test_get_prints_the_bare_value(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edge_config("get", "pose.fit", "--set", "pose.fit=stretch") == 0
    assert edge_config("get", "pose.region") == 0
    assert edge_config("get", "pose.enabled", "--config", "/dev/null") == 2
    assert output(capsys) == ["stretch", "[0.0, 0.0, 1.0, 1.0]"]
    assert not file.exists()


def test_secrets_are_masked_wherever_they_are_shown(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text('[camera]\nsource = "rtsp:/u:hunter2@hall/1"\n')
    assert edge_config("show") == 2
    said = capsys.readouterr().err
    assert 'camera.source = "rtsp:/u:***@hall/1": must be' in said
    assert "hunter" not in said
    file.write_text('[camera]\nsource = "rtsp://u:hunter2@hall/1"\n')
    for arguments in (["show"], ["show", "--json"], ["get", "camera.source"], ["diff"], ["diff", "--json"]):
        assert edge_config(*arguments) == 0
        text = capsys.readouterr().out
        assert "***" in text
        assert "hunter" not in text


def test_diff_names_what_is_not_the_default(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text('[pose]\nfit = "stretch"\nmax_people = 4\n')
    assert edge_config("diff") == 0
    assert output(capsys) == ['pose.fit = "stretch"  # default "letterbox", edge.toml:2']


def test_set_and_unset_change_the_file_and_say_when_it_counts(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edge_config("set", "pose.fit", "stretch") == 0
    assert load(SCHEMA, file).settings[PoseSettings].fit == "stretch"
    assert edge_config("set", "action.max_results", "-1") == 0
    assert edge_config("set", "device.id", "pi-kitchen") == 0
    assert edge_config("unset", "pose.fit") == 0
    assert load(SCHEMA, file).settings[PoseSettings].fit == "letterbox"
    reload, restart = "in force after: sudo systemctl reload edge", "in force after: sudo systemctl restart edge"
    forget = f"what the broker and Home Assistant know under the old name goes with: sudo edge forget {device_id('')}"
    assert output(capsys) == [
        *('edge.toml: pose.fit = "stretch"', reload),
        *("edge.toml: action.max_results = -1", reload),
        *('edge.toml: device.id = "pi-kitchen"', restart, forget),
        *('edge.toml: pose.fit = "letterbox"  # the default', reload),
    ]


def test_set_writes_the_file_it_is_given(file: Path, tmp_path: Path) -> None:
    assert edge_config("set", "pose.fit", "stretch", "--config", "mine.toml") == 0
    assert (tmp_path / "mine.toml").read_text() == '[pose]\nfit = "stretch"\n'
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["set", "pose.fit", "strech"], 'edge: pose.fit = "strech": must be letterbox or stretch (did you mean'),
        (["set", "pose.fitt", "stretch"], "edge: pose.fitt: unknown key (did you mean pose.fit?)"),
        (["get", "pose.fitt"], "edge: pose.fitt: unknown key (did you mean pose.fit?)"),
        (["unset", "pose.fitt"], "edge: pose.fitt: unknown key (did you mean pose.fit?)"),
        (["explain", "poze"], "edge: poze: unknown key"),
        (["set", "pose.fit", "stretch", "--set", "a=b"], "edge: --set changes nothing in the file"),
        (["check", "--config", "nowhere.toml"], "edge: nowhere.toml: there is no such file"),
    ],
)
def test_wrong_use_is_one_sentence_and_status_2(
    arguments: list[str], sentence: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edge_config(*arguments) == 2
    assert capsys.readouterr().err.startswith(sentence)
    assert not file.exists()


def test_a_file_that_cannot_be_written_is_one_sentence_and_status_1(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edge_config("set", "pose.fit", "stretch", "--config", f"nowhere/{file}") == 1
    assert "nowhere: cannot be used (No such file or directory); create the folder" in capsys.readouterr().err


def test_check_says_right_or_every_problem(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edge_config("check") == 0
    file.write_text('[pose]\nfit = "stretch"\n')
    assert edge_config("check") == 0
    assert output(capsys) == [
        f"no file, the defaults: right, 0 of {len(SCHEMA.keys)} keys set",
        f"edge.toml: right, 1 of {len(SCHEMA.keys)} keys set",
    ]
    file.write_text("[pose]\nfit = 1\nmax_people = 9\n")
    assert edge_config("check") == 2
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_explain_a_key_or_print_the_whole_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edge_config("explain", "pose.fit") == 0
    assert output(capsys)[0] == "pose.fit"
    assert edge_config("explain") == 0
    file.write_text(capsys.readouterr().out)
    assert edge_config("diff") == 0
    assert output(capsys) == []


def test_schema_prints_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert edge_config("schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Edge configuration"


def test_apply_reloads_the_service(
    file: Path, systemctl: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edge_config("set", "pose.fit", "stretch", "--apply") == 0
    assert edge_config("unset", "device.id", "--apply") == 0
    assert output(capsys) == [
        *(f'{file}: pose.fit = "stretch"', "applied: the service has reloaded"),
        *(f'{file}: device.id = ""  # the default', "applied: the service has reloaded"),
        "in force after: sudo systemctl restart edge",
    ]
    assert (tmp_path / "calls").read_text() == "reload edge\n" * 2
    assert systemctl.exists()


@pytest.mark.usefixtures("systemctl")
def test_apply_says_when_the_unit_is_missing(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fails").touch()
    assert edge_config("set", "pose.fit", "stretch", "--apply") == 1
    assert capsys.readouterr().err == (
        "edge: the file is changed, but the service has not reloaded: "
        "systemctl reload edge: Unit edge.service not found.\n"
    )
    assert load(SCHEMA, file).settings[PoseSettings].fit == "stretch"


@pytest.mark.parametrize("words", [["set", "pose.fit", "stretch"], ["unset", "pose.fit"]])
def test_apply_is_for_the_file_of_the_service_alone(
    file: Path, systemctl: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    other = tmp_path / "other.toml"
    other.write_text('[pose]\nfit = "letterbox"\n')
    assert edge_config(*words, "--apply", "--config", str(other)) == 2
    assert f"--apply has the service read {file} again, not {other}" in capsys.readouterr().err
    assert other.read_text() == '[pose]\nfit = "letterbox"\n'
    assert not (tmp_path / "calls").exists()
    assert systemctl.exists()


def test_apply_says_when_there_is_no_systemd(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edge_config("set", "pose.fit", "stretch", "--apply") == 1
    assert "the service has not reloaded: there is no systemctl here" in capsys.readouterr().err
    assert load(SCHEMA, file).settings[PoseSettings].fit == "stretch"


def test_every_action_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for action in ("show", "get", "set", "unset", "check", "explain", "diff", "schema"):
        with pytest.raises(SystemExit) as ended:
            edge_config(action, "--help")
        assert ended.value.code == 0
        assert "--config FILE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words", "old"),
    [
        ('[device]\nid = "kitchen"\n', ("set", "device.id", "hall"), "kitchen"),
        ('[device]\nid = "kitchen"\n', ("unset", "device.id"), "kitchen"),
        ("", ("set", "device.id", "hall"), device_id("")),
    ],
)
def test_another_name_says_what_to_do_about_the_old_one(
    file: Path, text: str, words: tuple[str, ...], old: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(text)
    assert edge_config(*words) == 0
    assert output(capsys)[-1].endswith(f" old name goes with: sudo edge forget {old}")


@pytest.mark.parametrize("words", [("set", "device.id", "kitchen"), ("set", "pose.fit", "stretch")])
def test_the_same_name_leaves_nothing_to_do(
    file: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('[device]\nid = "kitchen"\n')
    assert edge_config(*words) == 0
    assert "edge forget" not in capsys.readouterr().out
