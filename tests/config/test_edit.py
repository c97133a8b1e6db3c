import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.config.edit import change, set_value, unset
from edge.config.load import load
from edge.config.sections import Settings
from edge.errors import ConfigError, EdgeError
from edge.mqtt.settings import MqttSettings
from edge.settings import SCHEMA
from edge.tasks.pose.settings import PoseSettings

KILL_COUNT = int(os.environ.get("EDGE_KILL_COUNT", "10"))


def test_a_file_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    loaded = set_value(SCHEMA, path, "pose.fit", "stretch")
    assert path.read_text() == '[pose]\nfit = "stretch"\n'
    assert loaded == load(SCHEMA, path)
    assert loaded.origins["pose.fit"] == f"{path}:2"


def test_a_key_taken_out_has_its_default_again(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    set_value(SCHEMA, path, "pose.fit", "stretch")
    assert unset(SCHEMA, path, "pose.fit").settings == Settings()


def test_several_keys_change_together_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    change(SCHEMA, path, {"tracking.label_enter": 0.2, "tracking.label_exit": 0.1})
    before = path.read_text()
    with pytest.raises(ConfigError, match=r"tracking\.label_exit"):
        change(SCHEMA, path, {"pose.fit": "stretch", "tracking.label_exit": 0.3})
    assert path.read_text() == before


def test_a_path_is_written_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    set_value(SCHEMA, tmp_path / "edge.toml", "pose.model", "./pose.tflite")
    assert (tmp_path / "edge.toml").read_text() == f'[pose]\nmodel = "{tmp_path}/here/pose.tflite"\n'


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("pose.fit", "strech", r'^pose\.fit = "strech": must be letterbox or stretch \(did you mean "stretch"\?\)$'),
        ("pose.fitt", "stretch", r"^pose\.fitt: unknown key \(did you mean pose\.fit\?\)$"),
        ("action.deny", "run", r'edge\.toml: action\.deny = \["run"\]: cannot be used with action\.allow'),
    ],
)
def test_what_is_wrong_is_not_written(key: str, text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.write_text('[action]\nallow = ["squat"]\n')
    with pytest.raises(ConfigError, match=sentence):
        set_value(SCHEMA, path, key, text)
    assert path.read_text() == '[action]\nallow = ["squat"]\n'
    assert [left.name for left in tmp_path.iterdir()] == ["edge.toml"]


def test_a_file_that_is_wrong_elsewhere_is_not_written_and_told_by_its_own_lines(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.write_text("[pose]\n[mqtt]\nport = 0\n")
    with pytest.raises(ConfigError, match=r"edge\.toml:3: mqtt\.port = 0"):
        set_value(SCHEMA, path, "pose.fit", "stretch")
    set_value(SCHEMA, path, "mqtt.port", "1")
    assert path.read_text() == "[pose]\n[mqtt]\nport = 1\n"


def test_a_file_that_is_not_toml_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.write_text("[pose\n")
    with pytest.raises(ConfigError, match=r"edge\.toml:1: is not TOML"):
        set_value(SCHEMA, path, "pose.fit", "stretch")


def test_a_file_in_a_form_that_cannot_be_changed_is_left_to_a_person(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.write_text("pose = 3\n")
    with pytest.raises(ConfigError, match=r"edge\.toml: pose\.fit: cannot be changed .*; change it with an editor"):
        set_value(SCHEMA, path, "pose.fit", "stretch")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "edge.toml").symlink_to("real/edge.toml")
    set_value(SCHEMA, tmp_path / "edge.toml", "pose.fit", "stretch")
    assert (tmp_path / "edge.toml").is_symlink()
    assert load(SCHEMA, tmp_path / "real" / "edge.toml").settings[PoseSettings].fit == "stretch"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match="create the folder"):
        set_value(SCHEMA, tmp_path / "nowhere" / "edge.toml", "pose.fit", "stretch")


_WRITE_ONCE = """
import sys
from pathlib import Path
from edge.config.edit import set_value
from edge.settings import SCHEMA
set_value(SCHEMA, Path(sys.argv[1]), *sys.argv[2:])
"""


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    values = {
        "pose.max_people": 2,
        "pose.score_threshold": 0.4,
        "mqtt.port": 1884,
        "mqtt.host": "broker",
        "action.max_results": 5,
        "tracking.beta": 3.0,
    }

    def write(item: tuple[str, object]) -> None:
        subprocess.run([sys.executable, "-c", _WRITE_ONCE, path, item[0], str(item[1])], check=True)

    with ThreadPoolExecutor(len(values)) as pool:
        list(pool.map(write, values.items()))
    settings = load(SCHEMA, path).settings
    assert {key: SCHEMA.value_of(settings, key) for key in values} == values


_WRITE_FOREVER = """
import itertools, sys
from pathlib import Path
from edge.config.edit import set_value
from edge.settings import SCHEMA
print("ready", flush=True)
for number in itertools.count():
    set_value(SCHEMA, Path(sys.argv[1]), "mqtt.username", f"{number:0>5000}")
"""


def test_a_writer_killed_at_any_instant_leaves_a_complete_file(tmp_path: Path) -> None:
    path = tmp_path / "edge.toml"
    path.write_text("# mine\n[mqtt]\nusername = '0'\n")
    chance = random.Random(7)  # noqa: S311  not for secrets
    for _ in range(KILL_COUNT):
        with subprocess.Popen([sys.executable, "-c", _WRITE_FOREVER, path], stdout=subprocess.PIPE) as writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.05))
            writer.send_signal(signal.SIGKILL)
        assert path.read_text().startswith("# mine\n[mqtt]\nusername = ")
        assert load(SCHEMA, path).settings[MqttSettings].username.isdecimal()
    set_value(SCHEMA, path, "mqtt.username", "ada")  # no lock is left held
    assert [left.name for left in tmp_path.iterdir()] == ["edge.toml"]
