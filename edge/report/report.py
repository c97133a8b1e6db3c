"""The whole report as text: every section written side by side, each with a deadline and none able to harm another."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from edge import __version__
from edge.base.loading import import_in_turn
from edge.report.appliance import UnavailableError
from edge.report.scrubber import Scrubber
from edge.report.secrets import known_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge.report.appliance import Appliance

_LIMIT_S = 24.0
_RULE = 78
_LONGEST_LINE = 2000


class Lines(Protocol):
    """What a module of ``edge.report.sections`` has under the name ``lines``: the lines of its section.

    Raises ``UnavailableError`` or ``SkipError`` where there are none to be had; whatever else it raises is told, too.
    """

    __name__: str

    def __call__(self, appliance: Appliance, /) -> Iterable[str]:
        """The lines, as they are found."""
        ...


@dataclass(frozen=True, slots=True)
class Section:
    """A module of ``edge.report.sections``, not imported before it is needed, and what its part is called."""

    module: str
    title: str
    limit_s: float = _LIMIT_S

    def load(self) -> Lines:
        """What writes it."""
        return cast("Lines", import_in_turn(f"edge.report.sections.{self.module}").lines)


SECTIONS = (
    Section("versions", "Versions: Edge, board, firmware, kernel, system, packages"),
    Section("findings", "What edge doctor finds"),
    Section("settings", "Settings, each with where it comes from"),
    Section("models", "Models: name, size, hash"),
    Section("devices", "Attached devices: cameras, EdgeTPUs, monitors, USB; throttling"),
    Section("service", "What systemd knows of the units"),
    Section("logs", "The ends of the logs"),
    Section("stats", "The last stats message at the broker"),
    Section("rollback", "The last update that did not work"),
    Section("space", "Disk and memory"),
)
_ABSENT = """\
- no picture, and nothing of what was seen: no people, labels or events
- no passwords: where one stood there is ***, also in addresses and logs. What is known is masked by itself, the rest by
  its look; one of less than four letters, or an old one that stands alone in a log, would not be recognised
- of the network: names and addresses of broker and cameras as settings and logs have them, and the name of this
  machine; no Wi-Fi names or keys, no hardware addresses
- no serial numbers, no files of anybody's but those named below; names of folders may tell the name of a user"""


def report_text(
    appliance: Appliance, name: str, overrides: Sequence[str], sections: Sequence[Section] = SECTIONS
) -> str:
    """The report on the appliance called ``name``, after the longest of the deadlines at the latest.

    ``overrides`` are those that its settings were read with.
    """
    began_s = time.monotonic()
    runs = [_Run(section, appliance) for section in sections]
    for run in runs:
        run.thread.start()
    known = appliance.subject.known
    scrubber = Scrubber(known_secrets(appliance.system, known.file if known else None, overrides))
    for run in runs:
        run.thread.join(max(0.0, began_s + run.section.limit_s - time.monotonic()))
    parts = [_head(appliance, scrubber.scrub(name), sections)]
    parts += (_part(number, run, scrubber) for number, run in enumerate(runs, 1))
    return "\n".join(parts)


@dataclass(slots=True)
class _Run:
    """A section being written in a thread, which is left behind where it does not end."""

    section: Section
    appliance: Appliance
    lines: list[str] = field(default_factory=list)
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._work, name=self.section.module, daemon=True)

    def written(self) -> list[str]:
        """What there is so far, and that it is stuck if it is."""
        if self.thread.is_alive():
            return [*self.lines, f"not available: this took longer than {self.section.limit_s:g} s"]
        return self.lines

    def _work(self) -> None:
        try:
            for line in self.section.load()(self.appliance):
                self.lines.append(line)
        except Exception as error:  # noqa: BLE001  # one section less is no reason to have none
            self.lines.append(f"not available: {_reason(error)}")


def _reason(error: Exception) -> str:
    from edge.doctor.subject import SkipError  # noqa: PLC0415  # only here

    sentence = " ".join(str(error).split())
    return sentence if isinstance(error, UnavailableError | SkipError) else f"{type(error).__name__}: {sentence}"


def _head(appliance: Appliance, name: str, sections: Sequence[Section]) -> str:
    who = "root" if appliance.is_root else "a user who is not root; sudo edge report sees more"
    contents = "\n".join(f"{number:>2}. {section.title}" for number, section in enumerate(sections, 1))
    return f"""\
Report on {name}, {appliance.system.now():%Y-%m-%d %H:%M:%S} UTC, by edge report of Edge {__version__}, run by {who}

What is in this file:
{contents}

What is not in it:
{_ABSENT}

It was sent nowhere. Look through it before you send it to somebody.
"""


def _part(number: int, run: _Run, scrubber: Scrubber) -> str:
    heading = f"{number}. {run.section.title}"
    # A line is cut when all of a password in it is masked, not before.
    body = "\n".join(map(_cut, scrubber.scrub("\n".join(run.written()) or "nothing").split("\n")))
    return f"{'=' * _RULE}\n{heading}\n{'=' * _RULE}\n{body}\n"


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"
