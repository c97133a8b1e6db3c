"""The whole configuration: every section and key in it, and what Edge needs to know them."""

import math
import re
import subprocess
import sys

import pytest

from edge.camera.source import SOURCE
from edge.config.key import PATH
from edge.config.load import load
from edge.config.page import page
from edge.errors import ConfigError
from edge.settings import SCHEMA
from edge.tasks.registry import tasks
from tests.support import ROOT


def test_the_page_in_docs_is_in_step_with_the_schema() -> None:
    written = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert written == page(SCHEMA), "run: python -m edge.settings > docs/configuration.md"


def test_the_page_is_printed_by_the_command_that_it_names() -> None:
    written = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    command = re.search(r"Written by `(.*) > docs/configuration\.md`", written)
    assert command
    assert command[1].startswith("python ")
    ran = subprocess.run([sys.executable, *command[1].split()[1:]], check=True, capture_output=True, text=True)
    assert ran.stdout == written


def test_the_sections_stand_in_the_order_of_the_data() -> None:
    head, tail = ["device", "camera", "inference"], ["tracking", "mqtt", "health", "log"]
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
    if key.section == "mqtt" or key.details.kind in (PATH, SOURCE) or path == "device.privacy":
        assert not key.details.remote
    if key.name.endswith("_file"):
        assert key.details.kind is PATH


def test_every_section_says_what_it_is_for() -> None:
    for section, owner in SCHEMA.sections.items():
        assert (owner.__doc__ or "").startswith(f"[{section}]: ")


def test_some_task_is_enabled() -> None:
    none = [f"{task}.enabled=false" for task in tasks()]
    with pytest.raises(ConfigError) as refused:
        load(SCHEMA, None, none)
    assert "no task is enabled; set pose.enabled, classification.enabled or action.enabled to true" in str(
        refused.value
    )
    for spared in none:
        load(SCHEMA, None, [one for one in none if one is not spared])


def test_to_know_the_keys_nothing_heavy_is_loaded() -> None:
    code = "import sys; import edge.settings; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"numpy", "cv2", "ai_edge_litert", "paho", "paho.mqtt", "rich", "tomlkit"}.isdisjoint(loaded)
