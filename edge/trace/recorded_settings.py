"""The settings in a trace: which are recorded, which of them a replay can change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.config.load import DEFAULT, OVERRIDE, load
from edge.config.sections import Settings
from edge.config.values import checked
from edge.config.words import toml_text
from edge.errors import ConfigError, Problem
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.config.key import Value
    from edge.config.schema import Schema


def recorded_sections() -> tuple[str, ...]:
    """What shapes results. Who and where one is (device, mqtt) is nobody's business who gets a trace."""
    return ("camera", "inference", *tasks(), "tracking")


def is_replayable(path: str) -> bool:
    """Whether a key has its effect after the model, so that a replay can show what another value does."""
    section, _, name = path.partition(".")
    return section == "tracking" or (section in tasks() and name in tasks()[section].trace.AFTER_MODEL)


def settings_table(schema: Schema, settings: Settings) -> dict[str, dict[str, object]]:
    """The settings as they stand in the header, without secrets."""
    return {
        section: {key.name: schema.shown_value_of(settings, key.path) for key in schema.of_section(section)}
        for section in recorded_sections()
    }


def settings_from(schema: Schema, table: dict[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """The settings of a header; keys it lacks have their default, keys this Edge does not know are returned.

    Raises:
        ValueError: a value is not allowed.
    """
    values: dict[str, Value] = {}
    unknown = []
    for section, own in table.items():
        if not isinstance(own, dict):
            raise ValueError(f"[{section}] of 'settings' is not an object")  # noqa: TRY004  # a wrong line
        for name, value in own.items():
            path = f"{section}.{name}"
            if path not in schema.keys or section not in recorded_sections():
                unknown.append(path)
                continue
            try:
                values[path] = checked(schema.keys[path], value)
            except ValueError as error:
                raise ValueError(f"{path} of 'settings' {error}") from None
    return schema.with_values(Settings(), values), tuple(unknown)


def changed_settings(schema: Schema, recorded: Settings, file: Path | None, overrides: Sequence[str]) -> Settings:
    """``recorded`` with what a configuration file and, above it, ``--set`` say otherwise.

    Of a file only what a replay can change is taken; with ``--set`` anything else is a mistake.

    Raises:
        ConfigError: a value is wrong, a key has no effect on a replay, a task was not recorded, or two keys contradict
            each other.
    """
    base = {path: schema.value_of(recorded, path) for path in filter(is_replayable, schema.keys)}
    base |= _given(schema, file, recorded) if file else {}
    problems = [problem for text in overrides if (problem := _problem(schema, text))]
    try:
        above = load(
            schema, None, (*(f"{path}={toml_text(value)}" for path, value in base.items()), *overrides)
        ).settings
    except ConfigError as error:
        raise ConfigError(*problems, *error.problems) from None
    settings = schema.taking(recorded, above, base)
    problems += [
        Problem("this task was not recorded, so nothing is known of it", OVERRIDE, path, "true")
        for path in _switches()
        if schema.value_of(settings, path) and not schema.value_of(recorded, path)
    ]
    if problems:
        raise ConfigError(*problems)
    return settings


def _switches() -> tuple[str, ...]:
    return tuple(f"{task}.enabled" for task in tasks())


def _given(schema: Schema, file: Path, recorded: Settings) -> dict[str, Value]:
    """What a file says of the keys that a replay can change, but for tasks that were not recorded."""
    loaded = load(schema, file)
    return {
        path: schema.value_of(loaded.settings, path)
        for path, origin in loaded.origins.items()
        if origin != DEFAULT and is_replayable(path) and (path not in _switches() or schema.value_of(recorded, path))
    }


def _problem(schema: Schema, override: str) -> Problem | None:
    """Why a replay cannot do ``KEY=VALUE``; None where it can, or where there is no such key."""
    path, _, text = override.partition("=")
    path = path.strip()
    if path not in schema.keys or is_replayable(path):
        return None
    return Problem(_refusal(path), OVERRIDE, path, text.strip())


def _refusal(path: str) -> str:
    if path.partition(".")[0] in tasks():
        return "what the model was shown is recorded and cannot be changed afterwards; record again with this setting"
    return "has no effect on a replay; the keys that have are those of tracking and the tasks' thresholds, lists, rates"
