"""[tracking], and what the sections of several tasks have in common."""

from typing import Any

import pytest

from edge.config.sections import Settings
from edge.tasks.classification.settings import ClassificationSettings, conflicts
from edge.tasks.common.settings import TrackingSettings, tracking_conflicts


@pytest.mark.parametrize(
    ("tracking", "paths"),
    [
        ({}, []),
        ({"label_enter": 0.3}, []),
        ({"label_enter": 0.2}, ["tracking.label_exit"]),
        ({"keypoint_exit": 0.31}, ["tracking.keypoint_exit"]),
        ({"label_exit": 1.0, "keypoint_enter": 0.0}, ["tracking.label_exit", "tracking.keypoint_exit"]),
    ],
)
def test_nothing_leaves_above_where_it_enters(tracking: dict[str, Any], paths: list[str]) -> None:
    found = list(tracking_conflicts(Settings(TrackingSettings(**tracking))))
    assert [conflict.path for conflict in found] == paths
    assert [conflict.other for conflict in found] == [path.replace("exit", "enter") for path in paths]


@pytest.mark.parametrize("allow", [(), ("cat",)])
@pytest.mark.parametrize("deny", [(), ("dog",)])
def test_categories_are_allowed_or_denied(allow: tuple[str, ...], deny: tuple[str, ...]) -> None:
    own = ClassificationSettings(allow=allow, deny=deny)
    found = [conflict.path for conflict in conflicts(Settings(own))]
    assert found == (["classification.deny"] if allow and deny else [])
