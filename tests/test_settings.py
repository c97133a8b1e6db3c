"""The whole configuration: every section and key in it, and what Edge needs to know them."""

import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.camera.source_key import SOURCE
from edge.config.key import PATH, SECRET_FILE
from edge.config.load import load
from edge.config.reference_page import filled
from edge.errors import ConfigError
from edge.settings import SCHEMA
from edge.tasks.registry import tasks
from tests.support import ROOT

PAGE = ROOT / "docs" / "configuration.md"


def test_the_page_in_docs_is_in_step_with_the_schema() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == filled(written, SCHEMA), "run: python -m edge.settings docs/configuration.md"
    assert written.count("## `[") == len(SCHEMA.sections)


def test_the_page_is_written_by_the_command_that_it_names(tmp_path: Path) -> None:
    written = PAGE.read_text(encoding="utf-8")
    command = re.search(r"written by `python (.*) docs/configuration\.md`", written)
    assert command
    copy = tmp_path / "configuration.md"
    copy.write_text(written.replace("At most this many people", "Nobody knows how many people"), encoding="utf-8")
    subprocess.run([sys.executable, *command[1].split(), str(copy)], check=True)
    assert copy.read_text(encoding="utf-8") == written


def test_the_sections_stand_in_the_order_of_the_data() -> None:
    head, tail = ["device", "camera", "inference"], ["governor", "tracking", "mqtt", "display", "health", "log"]
    assert list(SCHEMA.sections) == [*head, *tasks(), *tail]


@pytest.mark.parametrize("path", sorted(SCHEMA.keys))
def test_every_key_says_enough_of_itself(path: str) -> None:
    key = SCHEMA.keys[path]
    details = key.details
    assert details.help.endswith(".")
    assert details.help[:1].strip()
    if key.scalar in {int, float} and not details.choices:
        assert details.low is not None, "a number has bounds"
        assert details.high is not None, "a number has bounds"
        assert math.isfinite(details.low)
        assert details.low < details.high < math.inf
    if details.pattern:
        re.compile(details.pattern)
        assert details.allowed, "a pattern is said in words"


@pytest.mark.parametrize("path", sorted(SCHEMA.keys))
def test_nothing_that_needs_trust_may_be_set_over_mqtt(path: str) -> None:
    """None of [mqtt], no path (of a model only a name may be set), not camera.source, not device.privacy."""
    key = SCHEMA.keys[path]
    if key.section == "mqtt" or key.details.kind in (PATH, SECRET_FILE, SOURCE) or path == "device.privacy":
        assert not key.details.remote
    if key.name.endswith("_file"):
        assert key.details.kind is (SECRET_FILE if key.name == "password_file" else PATH)


def test_how_the_monitor_looks_may_be_set_over_mqtt_but_not_what_it_is() -> None:
    remote = {key.name for key in SCHEMA.keys.values() if key.section == "display" and key.details.remote}
    assert remote == {"theme", "mirror", "idle_s"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("display.backend=kmsdrm", "must be auto, screen or none"),
        ("display.connector=../card0", "must be auto, or the name of an output, as HDMI-A-1"),
        ("display.theme=dark", "must be camera, skeleton or silhouette"),
        ("display.idle_s=-1", "must be a number from 0 to 86400"),
    ],
)
def test_a_wrong_word_about_the_monitor_is_told_with_what_is_allowed(wrong: str, why: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(SCHEMA, None, [wrong])
    assert why in str(refused.value)


def test_every_section_says_what_it_is_for() -> None:
    for section, owner in SCHEMA.sections.items():
        assert (owner.__doc__ or "").startswith(f"[{section}]: ")


def test_some_task_is_enabled() -> None:
    none = [f"{task}.enabled=false" for task in tasks()]
    with pytest.raises(ConfigError) as refused:
        load(SCHEMA, None, none)
    keys = "pose.enabled, classification.enabled, action.enabled, hands.enabled or face.enabled"
    assert f"no task is enabled; set {keys} to true" in str(refused.value)
    for task in tasks():
        load(SCHEMA, None, [*(one for one in none if not one.startswith(f"{task}.")), f"{task}.enabled=true"])


TOY = """
from dataclasses import dataclass

from edge.config.conflict import Conflict
from edge.config.key import key
from edge.tasks.common import keys


@dataclass(frozen=True, slots=True)
class BrightnessSettings:
    '''[brightness]: how light it is.'''

    enabled: bool = keys.enabled()
    model: str = keys.model("mean")
    threads: int = keys.threads()
    score_threshold: float = key(0.5, "It is light from here on.", low=0, high=1, remote=True)
    dark: float = key(0.1, "It is dark up to here.", low=0, high=1)


SECTION = BrightnessSettings


def conflicts(settings):
    own = settings[BrightnessSettings]
    if own.dark > own.score_threshold:
        yield Conflict("brightness.dark", "brightness.score_threshold", "must not be light")
"""
WITH_TOY = """
import sys
from types import MappingProxyType
from edge.tasks import registry

registry._BY_NAME = MappingProxyType({**registry.tasks(), "brightness": registry.Task("toys.brightness")})
from edge.cli.main import main

sys.exit(main(["config", *sys.argv[1:]]))
"""


@pytest.fixture
def toy(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``edge config`` where there is one task more, of which there are only a folder and a line in the registry."""
    folder = tmp_path / "toys" / "brightness"
    folder.mkdir(parents=True)
    (folder / "settings.py").write_text(TOY)
    (tmp_path / "edge.toml").touch()

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", WITH_TOY, *arguments]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "200"}
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path, env=environment)

    return run


def test_a_task_brings_its_section_along(toy: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert toy("explain", "brightness.score_threshold").stdout.splitlines() == [
        "brightness.score_threshold",
        "  It is light from here on.",
        "  default:  0.5",
        "  allowed:  a number from 0 to 1",
        "  change:   applied by systemctl reload edge",
        "  MQTT:     may be set over MQTT",
    ]
    headers = [line for line in toy("explain").stdout.splitlines() if line.startswith("[")]
    assert headers[5:10] == ["[action]", "[hands]", "[face]", "[brightness]", "[governor]"]
    assert toy("get", "--config", "edge.toml", "brightness.dark").stdout == "0.1\n"


def test_a_task_has_its_mistakes_told(toy: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    off = [f"--set={task}.enabled=false" for task in (*tasks(), "brightness")]
    for arguments, said in (
        (["--set=brightness.dark=2"], "--set: brightness.dark = 2: must be a number from 0 to 1"),
        (["--set=brightness.drak=0.2"], "unknown key (did you mean brightness.dark?)"),
        (["--set=brightnes.dark=0.2"], "did you mean brightness.dark?"),
        (["--set=brightness.dark=0.6"], "brightness.dark = 0.6: must not be light"),
        (off, "action.enabled, hands.enabled, face.enabled or brightness.enabled to true"),
    ):
        refused = toy("show", "--config", "edge.toml", *arguments)
        assert refused.returncode == 2
        assert said in refused.stderr
    assert toy("show", "--config", "edge.toml", *off[:-1]).returncode == 0


def test_to_know_the_keys_nothing_heavy_is_loaded() -> None:
    code = "import sys; import edge.settings; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"numpy", "cv2", "ai_edge_litert", "paho", "paho.mqtt", "rich", "tomlkit"}.isdisjoint(loaded)
