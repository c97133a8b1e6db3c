"""The blueprints for Home Assistant begin with triggers that it is told of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edge.tasks.registry import tasks

BLUEPRINTS = sorted((Path(__file__).parents[2] / "deploy" / "homeassistant").glob("*.yaml"))
TOLD = {
    (one["type"], one["subtype"])
    for task in tasks().values()
    for one in task.discovery.triggers("edge/kitchen/").values()
}


def of(blueprint: Path) -> list[tuple[str, str]]:
    return re.findall(r"type: (\w+),?\s+subtype: (\w[\w ]*)", blueprint.read_text(encoding="utf-8"))


@pytest.mark.parametrize("blueprint", BLUEPRINTS, ids=lambda path: path.stem)
def test_a_blueprint_begins_with_triggers_that_there_are(blueprint: Path) -> None:
    assert of(blueprint)
    assert len(of(blueprint)) == len(set(of(blueprint))) == blueprint.read_text(encoding="utf-8").count("domain: mqtt")
    assert set(of(blueprint)) <= TOLD


def test_the_logbook_is_told_of_all_that_a_task_sees() -> None:
    (logbook,) = (path for path in BLUEPRINTS if path.stem == "edge_logbook")
    assert set(of(logbook)) == TOLD
