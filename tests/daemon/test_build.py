"""Where no task does what another asks for, a sentence says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.config.sections import Settings
from edge.daemon import build, photo
from edge.errors import ConfigError
from edge.settings import DeviceSettings
from edge.tasks.action.settings import ActionSettings
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from types import ModuleType

GATED = Settings(ActionSettings(gate="person"))


@pytest.mark.parametrize("left", [("action",), ("classification", "action")])
def test_a_task_that_asks_for_people_needs_one_that_counts_them(
    monkeypatch: pytest.MonkeyPatch, left: tuple[str, ...]
) -> None:
    leave_only(monkeypatch, build, left)

    with pytest.raises(ConfigError, match="action needs to know whether anybody is there, and no task counts people"):
        build.build_alone("action", GATED, still=False)


@pytest.mark.parametrize("left", [(), ("classification",), ("classification", "action")])
def test_with_privacy_a_picture_needs_a_task_that_draws_people(
    monkeypatch: pytest.MonkeyPatch, left: tuple[str, ...]
) -> None:
    leave_only(monkeypatch, photo, left)

    with pytest.raises(ConfigError, match="skeleton lets no picture leave, and no task draws people"):
        photo.take_photo(Settings(DeviceSettings(privacy="skeleton")))


def leave_only(monkeypatch: pytest.MonkeyPatch, module: ModuleType, names: tuple[str, ...]) -> None:
    monkeypatch.setattr(module, "tasks", lambda: {name: tasks()[name] for name in names})
