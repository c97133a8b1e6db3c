"""The configuration a command works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.config.load import DEFAULT_FILE, load
from edge.settings import SCHEMA

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from edge.config.load import Loaded


def config_file(arguments: argparse.Namespace) -> Path | None:
    """The file given with ``--config``, or the usual one if there is one."""
    given: Path | None = arguments.config
    return given or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)


def load_config(arguments: argparse.Namespace, more_overrides: Sequence[str] = ()) -> Loaded:
    """Defaults, under the file, under ``--set``.

    Raises:
        ConfigError: with every problem at once.
    """
    return load(SCHEMA, config_file(arguments), (*arguments.overrides, *more_overrides))
