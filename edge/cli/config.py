"""``edge config``: look at the configuration, and change it without fear."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.base.folders import service_state
from edge.base.terminal import width_of
from edge.cli.command import actions_of
from edge.cli.config_file import config_file, load_config
from edge.cli.say import complain, say, say_json
from edge.cli.service import reload_service
from edge.config.edit import set_value, unset
from edge.config.explanation import default_file, explain
from edge.config.inbox import INBOX, empty
from edge.config.json_schema import json_schema
from edge.config.listing import listing
from edge.config.load import DEFAULT, DEFAULT_FILE, load
from edge.config.sections import Settings
from edge.config.unknown import unknown_key
from edge.config.words import toml_text
from edge.daemon.device_id import device_id
from edge.errors import ConfigError, EdgeError
from edge.settings import SCHEMA, DeviceSettings
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from edge.cli.command import AddCommand
    from edge.config.edit import Check
    from edge.config.load import Loaded
    from edge.errors import Problem

_MODEL_KEYS = ("model", "labels")
_EPILOG = """\
try:
  edge config explain pose.fit
  edge config set pose.fit stretch --apply
  edge config diff
"""


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command and its own subcommands."""
    parser = add_command(
        description="Show, explain, check and change the configuration.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = actions_of(parser, common)
    show = add("show", _show, "print every key with its value and where it comes from")
    get = add("get", _get, "print the value of a key")
    diff = add("diff", _diff, "print the keys whose value is not the default")
    change = add("set", _set, "change a key in the file; comments stay, nothing is written unless all is right")
    remove = add("unset", _unset, "take a key out of the file, so that its default is in force")
    add("check", _check, "check the file; prints every problem with its line")
    inbox = add(
        "inbox", _inbox, "take over the settings that were put on the boot partition; the system does so at boot"
    )
    about = add("explain", _explain, "explain a key or a section; without one, print a file with every key")
    add("schema", _schema, "print the JSON Schema of the file")
    inbox.add_argument("file", metavar="FILE", nargs="?", type=Path, default=INBOX, help=f"default: {INBOX}")
    for action in (show, get, diff):
        action.add_argument("--json", action="store_true", help="print JSON")
    for action in (change, remove):
        action.add_argument("--apply", action="store_true", help="then reload the service: systemctl reload edge")
    for action in (get, change, remove):
        action.add_argument("key", metavar="KEY", help="a key, e.g. pose.score_threshold")
    change.add_argument("value", metavar="VALUE", help="its new value, e.g. 0.4, stretch or cat,dog")
    about.add_argument("key", metavar="KEY", nargs="?", help="a key or a section, e.g. pose.fit or mqtt")


def _show(arguments: argparse.Namespace) -> int:
    loaded = load_config(arguments)
    if arguments.json:
        return _print_json({path: _described(loaded, path) for path in SCHEMA.keys})
    for line in listing(SCHEMA, loaded):
        say(line)
    return 0


def _get(arguments: argparse.Namespace) -> int:
    loaded = load_config(arguments)
    path: str = arguments.key
    if path not in SCHEMA.keys:
        raise ConfigError(unknown_key(SCHEMA, path))
    if arguments.json:
        return _print_json({"key": path, **_described(loaded, path)})
    value = _shown(loaded, path)
    say(value if isinstance(value, str) else toml_text(value))
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    loaded = load_config(arguments)
    changed = SCHEMA.differences(Settings(), loaded.settings)
    if arguments.json:
        return _print_json({p: {**_described(loaded, p), "default": SCHEMA.keys[p].default} for p in changed})
    for path in changed:
        say(f"{path} = {_text(loaded, path)}  # default {toml_text(SCHEMA.keys[path].default)}, {loaded.origins[path]}")
    return 0


def _set(arguments: argparse.Namespace) -> int:
    return _edit(arguments, lambda file: set_value(SCHEMA, file, arguments.key, arguments.value, _check_for(file)))


def _unset(arguments: argparse.Namespace) -> int:
    return _edit(arguments, lambda file: unset(SCHEMA, file, arguments.key, _check_for(file)))


def _edit(arguments: argparse.Namespace, change: Callable[[Path], Loaded]) -> int:
    """Change the file, say what is in it now, and put it in force if asked to."""
    file = _file_to_change(arguments)
    if arguments.apply and file != DEFAULT_FILE:
        raise ConfigError(f"--apply has the service read {DEFAULT_FILE} again, not {file}; leave one of the two out")
    path: str = arguments.key
    old_name = _name(file) if path == "device.id" else ""
    loaded = change(file)
    note = "" if loaded.origins[path] != DEFAULT else "  # the default"
    say(f"{file}: {path} = {_text(loaded, path)}{note}")
    _warn_of_missing(loaded.settings, [path])
    if arguments.apply:
        _reload()
    if not SCHEMA.keys[path].details.live:
        say("in force after: sudo systemctl restart edge")
    elif not arguments.apply:
        say("in force after: sudo systemctl reload edge")
    if old_name and old_name != device_id(loaded.settings[DeviceSettings].id):
        say(f"what the broker and Home Assistant know under the old name goes with: sudo edge forget {old_name}")
    return 0


def _name(file: Path) -> str:
    """What the appliance was called so far; empty where nobody can say."""
    try:
        return device_id(load(SCHEMA, file if file.exists() else None).settings[DeviceSettings].id)
    except ConfigError:
        return ""


def _inbox(arguments: argparse.Namespace) -> int:
    config = _file_to_change(arguments)
    inbox: Path = arguments.file
    merged = empty(SCHEMA, inbox, config, _check_for(config))
    if merged is None:
        say(f"{inbox}: nothing waits there")
        return 0
    if merged.file != inbox:
        say(f"{merged.file}: taken for {inbox.name}; Windows hides the ending .txt")
    if merged.broken:
        say(f"{config}: was wrong; kept as {merged.broken}, and what was right of it stays in force")
    for key in merged.keys:
        say(f"{config}: {key} = {_text(merged.loaded, key)}")
    _warn_of_missing(merged.loaded.settings, merged.keys)
    say(f"{merged.file}: taken over, in force when Edge starts next; now {inbox.name}.applied")
    return 0


def _file_to_change(arguments: argparse.Namespace) -> Path:
    if arguments.overrides:
        raise ConfigError("--set changes nothing in the file; leave it out and give KEY and VALUE")
    file: Path = arguments.config or DEFAULT_FILE
    return file


def _check(arguments: argparse.Namespace) -> int:
    loaded = load_config(arguments)
    file = config_file(arguments)
    given = {key for key, origin in loaded.origins.items() if origin != DEFAULT}
    enabled = (name for name, task in tasks().items() if loaded.settings[task.section].enabled)
    used = {f"{task}.{name}" for task in enabled for name in _MODEL_KEYS}
    if problems := tuple(_check_for(file)(loaded.settings, given | used)):
        wheres = (loaded.origins[problem.key] for problem in problems)
        raise ConfigError(*map(_placed, problems, wheres))
    _warn_of_missing(loaded.settings, given)
    say(f"{file or 'no file, the defaults'}: right, {len(given)} of {len(SCHEMA.keys)} keys set")
    return 0


def _placed(problem: Problem, where: str) -> Problem:
    return replace(problem, where="" if where == DEFAULT else where)


def _check_for(file: Path | None) -> Check:
    """What is asked of models: of the service's own file, whether the service can see them, too."""
    from edge.daemon.model_check import wrong_models  # noqa: PLC0415  # who only looks needs no catalogue

    return partial(wrong_models, for_service=file == DEFAULT_FILE and service_state() is not None)


def _warn_of_missing(settings: Settings, keys: Collection[str]) -> None:
    from edge.daemon.model_check import missing_models  # noqa: PLC0415  # who only looks needs no catalogue

    for sentence in missing_models(settings, keys):
        complain(f"warning: {sentence}")


def _explain(arguments: argparse.Namespace) -> int:
    if arguments.key:
        say(explain(SCHEMA, arguments.key, width_of(sys.stdout)))
    else:
        sys.stdout.write(default_file(SCHEMA))  # whole lines, to be copied
    return 0


def _schema(_arguments: argparse.Namespace) -> int:
    return _print_json(json_schema(SCHEMA))


def _reload() -> None:
    """Have the service take the file over.

    Raises:
        EdgeError: it will not, or there is none; the file stays changed.
    """
    try:
        reload_service()
    except EdgeError as error:
        raise EdgeError(f"the file is changed, but {error}") from error
    say("applied: the service has reloaded")


def _shown(loaded: Loaded, path: str) -> object:
    return SCHEMA.shown_value_of(loaded.settings, path)


def _text(loaded: Loaded, path: str) -> str:
    return toml_text(_shown(loaded, path))


def _described(loaded: Loaded, path: str) -> dict[str, Any]:
    return {"value": _shown(loaded, path), "origin": loaded.origins[path]}


def _print_json(value: Mapping[str, Any]) -> int:
    say_json(value)
    return 0
