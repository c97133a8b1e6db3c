from pathlib import Path

import pytest

from edge.camera.settings import CameraSettings
from edge.config.load import DEFAULT, OVERRIDE, load
from edge.config.sections import Settings
from edge.config.unknown import unknown_key
from edge.errors import ConfigError
from edge.mqtt.settings import MqttSettings
from edge.settings import SCHEMA
from edge.tasks.action.settings import ActionSettings
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.pose.settings import PoseSettings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("edge.toml")


def refused(path: Path | None, *overrides: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(SCHEMA, path, overrides)
    assert [str(problem) for problem in caught.value.problems] == str(caught.value).splitlines()
    return str(caught.value).splitlines()


def test_an_empty_file_is_a_working_appliance(file: Path) -> None:
    file.write_text("")
    assert load(SCHEMA, file).settings == load(SCHEMA, None).settings == Settings()


def test_overrides_go_over_the_file_and_the_file_over_the_defaults(file: Path) -> None:
    file.write_text('[pose]\nfit = "stretch"\nmax_people = 2\n')
    loaded = load(SCHEMA, file, ["pose.max_people=3", "pose.max_people=4"])
    assert (loaded.settings[PoseSettings].fit, loaded.settings[PoseSettings].max_people) == ("stretch", 4)
    assert loaded.origins["pose.fit"] == "edge.toml:2"
    assert loaded.origins["pose.max_people"] == OVERRIDE
    assert loaded.origins["pose.score_threshold"] == DEFAULT


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("classification.allow=cat,dog", ("cat", "dog")),
        ('classification.allow=["cat", "hot dog"]', ("cat", "hot dog")),
        ('classification.allow="cat", dog', ("cat", "dog")),
        ("classification.allow=cat", ("cat",)),
        ("classification.allow=", ()),
        ("classification.region=[0, 0, 0.5, 1]", (0.0, 0.0, 0.5, 1.0)),
        ("classification.region=0,0,.5,1", None),
        ("classification.region=0, 0, 0.5, 1", (0.0, 0.0, 0.5, 1.0)),
        ("classification.mean=127.5", (127.5,)),
        ("classification.mean=123.7, 116.3, 103.5", (123.7, 116.3, 103.5)),
        ("classification.std=[58]", (58.0,)),
        ("classification.input_size=224", (224,)),
        ("classification.input_size=[224, 192]", (224, 192)),
        ("classification.enabled=false", False),
        ("classification.max_results=-1", -1),
        ("classification.score_threshold=1", 1.0),
        ("classification.model=lite0", "lite0"),
        ('classification.model="lite0"', "lite0"),
        ("classification.model=0", "0"),
        ("classification.model=a=b", "a=b"),
    ],
)
def test_an_override_is_toml_or_bare_text(override: str, value: object) -> None:
    if value is None:
        assert "--set: classification.region" in refused(None, override)[0]
        return
    settings = load(SCHEMA, None, [override]).settings[ClassificationSettings]
    found = getattr(settings, override.partition("=")[0].partition(".")[2])
    assert found == value
    assert type(found) is type(value)


def test_an_override_cannot_smuggle_in_a_second_key() -> None:
    (problem,) = refused(None, "classification.model=1\nother = 2")
    assert problem.startswith('--set: classification.model = "1\\nother = 2": must be ')
    assert problem.endswith(", without control characters")


def test_paths_are_relative_to_the_file_and_in_overrides_to_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc").mkdir()
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.chdir(tmp_path)
    path = Path("etc/edge.toml")
    path.write_text('[pose]\nmodel = "models/pose.tflite"\n[mqtt]\npassword_file = "~/secret"\n')
    settings = load(SCHEMA, path, ["camera.source=video:clips/walk.mp4", "action.labels=x.txt"]).settings
    assert settings[PoseSettings].model == str(tmp_path / "etc/models/pose.tflite")
    assert settings[MqttSettings].password_file == "/home/ada/secret"
    assert settings[CameraSettings].source == f"video:{tmp_path}/clips/walk.mp4"
    assert settings[ActionSettings].labels == str(tmp_path / "x.txt")


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("pose.model=movenet-lightning", "movenet-lightning"),
        ("pose.model=/models/a.tflite", "/models/a.tflite"),
        ("pose.model=~nobody-of-this-name/a.tflite", "{cwd}/~nobody-of-this-name/a.tflite"),
        ("action.labels=", ""),
        ("camera.source=auto", "auto"),
    ],
)
def test_what_is_no_relative_path_stays(
    override: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load(SCHEMA, None, [override])
    section, _, name = override.partition("=")[0].partition(".")
    assert SCHEMA.value_of(loaded.settings, f"{section}.{name}") == value.format(cwd=tmp_path)


def test_problems_of_file_and_overrides_come_together_in_order(file: Path) -> None:
    file.write_text('[poze]\n[pose]\nmax_people = 9\nfit = "strech"\n')
    assert refused(file, "mqtt.port=0", "nonsense", "pose.fitt=1") == [
        "edge.toml:1: [poze]: unknown section (did you mean [pose]?)",
        "edge.toml:3: pose.max_people = 9: must be a whole number from 1 to 6",
        'edge.toml:4: pose.fit = "strech": must be letterbox or stretch (did you mean "stretch"?)',
        "--set: mqtt.port = 0: must be a whole number from 1 to 65535",
        "--set: 'nonsense' must be written KEY=VALUE, as in pose.fit=stretch",
        "--set: pose.fitt: unknown key (did you mean pose.fit?)",
    ]


def test_lines_that_are_broken_alone_are_reported_with_everything_else(file: Path) -> None:
    file.write_text("[pose]\nfit = stretch\n[mqtt]\nport = 18 83\nkeepalive_s = 1\n")
    assert refused(file) == [
        'edge.toml:2: is not TOML; text needs quotes (did you mean fit = "stretch"?)',
        "edge.toml:4: is not TOML: expected newline or end of document after a statement",
        "edge.toml:5: mqtt.keepalive_s = 1: must be a whole number from 5 to 3600",
    ]


def test_a_conflict_is_told_where_the_file_makes_it(file: Path) -> None:
    file.write_text('[action]\ndeny = ["run"]\n[tracking]\nlabel_exit = 0.6\n')
    lists, labels = refused(file, "action.allow=squat")
    assert lists == 'edge.toml:2: action.deny = ["run"]: cannot be used with action.allow; empty one of the two'
    assert labels.startswith("edge.toml:4: tracking.label_exit = 0.6: must not be above tracking.label_enter (0.5)")


def test_a_conflict_with_a_default_is_told_where_the_other_key_was_given() -> None:
    (problem,) = refused(None, "tracking.label_enter=0.1")
    assert problem.startswith("--set: tracking.label_exit = 0.3: must not be above tracking.label_enter (0.1)")


def test_something_must_be_left_to_do(file: Path) -> None:
    file.write_text("[pose]\nenabled = false\n[classification]\nenabled = false\n[action]\nenabled = false\n")
    (problem,) = refused(file)
    assert problem.startswith("edge.toml:2: pose.enabled = false: no task is enabled; set pose.enabled, classification")
    assert load(SCHEMA, file, ["action.enabled=true"]).settings[ActionSettings].enabled


def test_keys_that_are_wrong_already_make_no_conflict(file: Path) -> None:
    file.write_text('[action]\nallow = ["a"]\ndeny = [3]\n')
    assert refused(file) == ["edge.toml:3: action.deny = [3]: must be a list of texts"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("pose.fitt", "did you mean pose.fit?"),
        ("mqtt.max_people", "did you mean pose.max_people?"),
        ("fit", "did you mean pose.fit or classification.fit?"),
        ("Pose.Fit", "did you mean pose.fit or classification.fit?"),
        ("classification.rate_hz", "did you mean classification.max_rate_hz?"),
    ],
)
def test_an_unknown_key_comes_with_the_likely_one(path: str, meant: str) -> None:
    assert str(unknown_key(SCHEMA, path)) == f"{path}: unknown key ({meant})"


def test_a_key_like_no_other_gets_no_guess() -> None:
    assert str(unknown_key(SCHEMA, "zzz.qqqqqqqq")) == "zzz.qqqqqqqq: unknown key"
