"""The configuration over the life of a service: loaded, loaded again, and the last good one kept."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from edge.base.text import one_line
from edge.config.edit import change, nothing_else
from edge.config.file_text import Source, parse, read_file_text
from edge.config.files import only_writer, replace_file
from edge.config.load import Loaded, combine
from edge.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.config.edit import Check
    from edge.config.schema import Schema
    from edge.config.sections import Settings

LAST_GOOD = "last-good.toml"
REFUSED = "refused.toml"
"""The file with which starts have failed, below a comment that says how."""
_LONGEST_WHY = 600


class ConfigStore:
    """Loads the configuration from ``file`` under ``overrides``.

    With a ``state`` folder, a service's ``STATE_DIRECTORY``, it remembers the last good file: one that has become
    wrong, or that the service does not survive, does not keep it from starting.
    """

    def __init__(self, schema: Schema, file: Path | None, overrides: Sequence[str], state: Path | None) -> None:
        self._schema = schema
        self._path = file
        self._overrides = tuple(overrides)
        self._state = state
        self._loaded: Source | None = None
        self._in_force: Source | None = None

    def load(self) -> Loaded:
        """Read the file and check all of it; it is in force once :meth:`accept` is called.

        Raises:
            ConfigError: with every problem at once; or it is still what the service did not survive.
        """
        source = None if self._path is None else read_file_text(self._path)
        loaded = combine(self._schema, source, self._overrides)
        self._check_refused(loaded.settings)
        self._loaded = source
        return loaded

    def accept(self) -> None:
        """What was loaded last is in force."""
        self._in_force = self._loaded

    def given(self, path: str) -> object:
        """What the file gives a key, as TOML has it; None where it does not name it.

        Raises:
            ConfigError: there is no file, or it cannot be read.
        """
        section, _, name = path.partition(".")
        table = parse(read_file_text(self._file())).document.get(section)
        return table.get(name) if isinstance(table, dict) else None

    def change(self, path: str, value: object, check: Check = nothing_else) -> None:
        """Give a key of the file a value as TOML has it (None: take it out); nothing is in force by that.

        ``check`` is asked before anything is written.

        Raises:
            ConfigError: there is no file, or it would be wrong; it is as it was.
            EdgeError: it cannot be written; it is as it was.
        """
        change(self._schema, self._file(), {path: value}, check)

    def _file(self) -> Path:
        if self._path is None:
            raise ConfigError(
                "Edge runs without a configuration file; make one: edge config set KEY VALUE, then restart"
            )
        return self._path

    def start(self) -> tuple[Loaded, ConfigError | None]:
        """The configuration to start with: the file's or, where that is wrong, the last good one and what is wrong.

        It is in force.

        Raises:
            ConfigError: the file is wrong and none is remembered.
        """
        try:
            loaded = self.load()
        except ConfigError as error:
            remembered = self._recall()
            if remembered is None:
                raise
            return remembered, error
        self.accept()
        return loaded, None

    def keep(self) -> None:
        """Remember the file that is in force as the last good one.

        Raises:
            EdgeError: it cannot be written.
        """
        if self._state is None or self._in_force is None:
            return
        with only_writer(self._state / LAST_GOOD) as safe_file:
            replace_file(safe_file, self._in_force.text.encode())
        self.forgive()

    @property
    def remembers(self) -> bool:
        """Whether there is a last good file."""
        return self._recall() is not None

    def refuse(self, why: str) -> None:
        """The service does not survive the file: until what it has changed is changed again the last good one counts.

        Where none is remembered, or it is no different, nothing is refused. Call it before :meth:`start`.

        Raises:
            EdgeError: it cannot be written.
        """
        if self._state is None or self._path is None:
            return
        with suppress(ConfigError):
            source, good = read_file_text(self._path), self._recall()
            if good is None or not self._schema.differences(
                good.settings, combine(self._schema, source, self._overrides).settings
            ):
                return
            with only_writer(self._state / REFUSED) as safe_file:
                replace_file(safe_file, f"# {one_line(why, _LONGEST_WHY)}\n{source.text}".encode())

    def forgive(self) -> None:
        """Let the file count again."""
        if self._state is not None:
            (self._state / REFUSED).unlink(missing_ok=True)

    def _check_refused(self, settings: Settings) -> None:
        """Raise ``ConfigError`` where the settings have every change again that the service did not survive."""
        good, refused = self._recall(), self._recall(REFUSED)
        if good is None or refused is None or self._state is None:
            return
        changed = self._schema.differences(good.settings, refused.settings)
        if changed and settings == self._schema.taking(settings, refused.settings, changed):
            why = read_file_text(self._state / REFUSED).text.partition("\n")[0].removeprefix("# ")
            message = (
                f"Edge did not survive it ({why}); what differs from the last good one: {', '.join(changed)}; mend"
            )
            raise ConfigError(Problem(f"{message} that, then reload", str(self._path)))

    def _recall(self, name: str = LAST_GOOD) -> Loaded | None:
        """A remembered file, read as if it still stood in its old place; None if there is none that is still right."""
        if self._state is None or self._path is None:
            return None
        try:
            remembered = read_file_text(self._state / name)
            return combine(self._schema, replace(remembered, folder=self._path.absolute().parent), self._overrides)
        except ConfigError:
            return None
