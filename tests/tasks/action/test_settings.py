"""[action]: what must hold between its keys, and between its gate and pose."""

from typing import Any

import pytest

from edge.config.sections import Settings
from edge.tasks.action.settings import ActionSettings, conflicts
from edge.tasks.pose.settings import PoseSettings


@pytest.mark.parametrize(
    ("action", "sees_people", "paths"),
    [
        ({}, False, []),
        ({"gate": "auto"}, False, []),
        ({"gate": "person"}, True, []),
        ({"gate": "person"}, False, ["action.gate"]),
        ({"gate": "motion"}, False, []),
        ({"gate": "person", "enabled": False}, False, []),
        ({"allow": ("squat",)}, True, []),
        ({"allow": ("squat",), "deny": ("run",)}, True, ["action.deny"]),
        ({"allow": ("squat",), "deny": ("run",), "gate": "person"}, False, ["action.deny", "action.gate"]),
    ],
)
def test_what_does_not_go_together_is_named(action: dict[str, Any], sees_people: bool, paths: list[str]) -> None:
    settings = Settings(ActionSettings(**action), PoseSettings(enabled=sees_people))
    assert [conflict.path for conflict in conflicts(settings)] == paths
