"""The settings in a trace: which are recorded, which of them a replay can change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from edge.config.load import DEFAULT, OVERRIDE, load
from edge.config.schema import entries, shown_value_of, value_of
from edge.config.settings import Settings
from edge.config.store import taking
from edge.config.values import checked
from edge.config.words import toml_text
from edge.errors import ConfigError, Problem
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.config.schema import Value


def recorded_sections() -> tuple[str, ...]:
    """What shapes results. Who and where one is (device, mqtt) is nobody's business who gets a trace."""
    return ("camera", "inference", *tasks(), "tracking")


def is_replayable(path: str) -> bool:
    """Whether a key has its effect after the model, so that a replay can show what another value does."""
    section, _, name = path.partition(".")
    return section == "tracking" or (section in tasks() and name in tasks()[section].trace.AFTER_MODEL)


def settings_table(settings: Settings) -> dict[str, dict[str, object]]:
    """The settings as they stand in the header, without secrets."""
    return {
        section: {
            entry.name: shown_value_of(settings, path)
            for path, entry in entries().items()
            if entry.section == section and not entry.key.secret
        }
        for section in recorded_sections()
    }


def settings_from(table: dict[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """The settings of a header; keys it lacks have their default, keys this Edge does not know are returned.

    Raises:
        ValueError: a value is not allowed.
    """
    values: dict[str, dict[str, Value]] = {section: {} for section in recorded_sections()}
    unknown = []
    for section, own in table.items():
        if not isinstance(own, dict):
            raise ValueError(f"[{section}] of 'settings' is not an object")  # noqa: TRY004  # a wrong line
        for name, value in own.items():
            entry = entries().get(f"{section}.{name}")
            if entry is None or section not in values:
                unknown.append(f"{section}.{name}")
                continue
            try:
                values[section][name] = checked(entry, value)
            except ValueError as error:
                raise ValueError(f"{entry.path} of 'settings' {error}") from None
    default = Settings()
    return replace(default, **{name: replace(getattr(default, name), **own) for name, own in values.items()}), tuple(
        unknown
    )


def changed_settings(recorded: Settings, file: Path | None, overrides: Sequence[str]) -> Settings:
    """``recorded`` with what a configuration file and, above it, ``--set`` say otherwise.

    Of a file only what a replay can change is taken; with ``--set`` anything else is a mistake.

    Raises:
        ConfigError: a value is wrong, a key has no effect on a replay, a task was not recorded, or two keys contradict
            each other.
    """
    base = {path: value_of(recorded, path) for path in filter(is_replayable, entries())}
    base |= _given(file, recorded) if file else {}
    problems = [problem for text in overrides if (problem := _problem(text))]
    try:
        above = load(None, (*(f"{path}={toml_text(value)}" for path, value in base.items()), *overrides)).settings
    except ConfigError as error:
        raise ConfigError(*problems, *error.problems) from None
    settings = taking(recorded, above, base)
    problems += [
        Problem("this task was not recorded, so nothing is known of it", OVERRIDE, path, "true")
        for path in _switches()
        if value_of(settings, path) and not value_of(recorded, path)
    ]
    if problems:
        raise ConfigError(*problems)
    return settings


def _switches() -> tuple[str, ...]:
    return tuple(f"{task}.enabled" for task in tasks())


def _given(file: Path, recorded: Settings) -> dict[str, Value]:
    """What a file says of the keys that a replay can change, but for tasks that were not recorded."""
    loaded = load(file)
    return {
        path: value_of(loaded.settings, path)
        for path, origin in loaded.origins.items()
        if origin != DEFAULT and is_replayable(path) and (path not in _switches() or value_of(recorded, path))
    }


def _problem(override: str) -> Problem | None:
    """Why a replay cannot do ``KEY=VALUE``; None where it can, or where there is no such key."""
    path, _, text = override.partition("=")
    path = path.strip()
    if path not in entries() or is_replayable(path):
        return None
    return Problem(_refusal(path), OVERRIDE, path, text.strip())


def _refusal(path: str) -> str:
    if path.partition(".")[0] in tasks():
        return "what the model was shown is recorded and cannot be changed afterwards; record again with this setting"
    return "has no effect on a replay; the keys that have are those of tracking and the tasks' thresholds, lists, rates"
