"""A handler with a real configuration file, and an appliance that only remembers what was done to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edge.config.store import ConfigStore
from edge.daemon.requests.handler import RequestHandler
from edge.daemon.requests.snapshot import Snapshot
from edge.errors import ConfigError
from edge.settings import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

    from edge.config.sections import Settings
    from edge.types import TaskName


@dataclass
class FakeAppliance:
    """The pose task is enabled, the others are not."""

    done: list[str] = field(default_factory=list)

    def tell_everything(self) -> None:
        self.done.append("tell everything")

    def set_paused(self, task: TaskName, *, paused: bool) -> None:
        {"pose": None}[task]
        self.done.append(f"{task} {'pauses' if paused else 'goes on'}")

    def snapshot(self) -> Snapshot:
        return Snapshot(b"jpeg", 64, 48)

    def restart(self) -> None:
        self.done.append("restart")


class FileInForce:
    """The configuration file, all of it in force; it cannot be taken over while ``stuck``."""

    def __init__(self, file: Path) -> None:
        self._config_store = ConfigStore(SCHEMA, file, (), None)
        self.settings: Settings = self._config_store.load().settings
        self.stuck = False

    def given(self, key: str) -> object:
        return self._config_store.given(key)

    def change(self, key: str, value: object) -> None:
        self._config_store.change(key, value)

    def take_over(self) -> None:
        settings = self._config_store.load().settings
        if self.stuck:
            raise ConfigError("the camera cannot be turned now")
        self.settings = settings


@dataclass
class Office:
    """``text`` becomes the configuration file."""

    folder: Path
    text: str = ""

    def __post_init__(self) -> None:
        self.file = self.folder / "edge.toml"
        self.file.write_text(self.text)
        self.appliance = FakeAppliance()
        self.configured = FileInForce(self.file)
        self.handler = RequestHandler(self.appliance, self.configured)
