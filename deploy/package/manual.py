"""Writes what the parser of the command line knows, for man(1) and for the shell's Tab key.

    python -m deploy.package.manual

What it writes is kept beside it, so that a package can be built without all that the command line needs.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import shtab
from argparse_manpage.manpage import Manpage

from edge.cli.parser import build_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

MANUAL, COMPLETION = (Path(__file__).with_name(name) for name in ("edge.1", "edge.bash"))
_WIDTH = "80"
_SECTIONS = {
    "exit status": """\
0: fine. 1: something failed. 2: wrong usage or configuration.
""",
    "files": """\
.TP
.I /etc/edge/edge.toml
The settings; an empty file is a working appliance.
.B edge config explain
tells what each of them does.
.TP
.I /etc/credstore/edge.mqtt\\-password
The password for the MQTT broker, on the first line.
.TP
.I /var/lib/edge
What the service keeps; models are in
.IR models .
.TP
.I /boot/firmware/edge.toml
Settings that are taken over at the next start, and the file renamed
.IR edge.toml.applied ;
if something in it is wrong,
.I edge.toml.errors.txt
says what.
""",
    "see also": """\
.BR systemctl (1),
.BR journalctl (1),
.BR mosquitto_sub (1)
""",
}


def manual() -> str:
    """The manual page edge(1); date and version are filled in by whoever builds the package."""
    with _terminal():
        parser = build_parser()
        parser.epilog = None  # what it says has a section here
        page = Manpage(parser)
        page.date, page.source, page.manual = "@DATE@", "edge @VERSION@", "Edge"
        page.description = "vision appliance: poses, categories and actions over MQTT"
        for heading, text in _SECTIONS.items():
            page.add_section(heading, "=", text)
        return str(page)


def completion() -> str:
    """The completion of commands and options for bash."""
    text: str = shtab.complete(build_parser(), "bash")
    return text + "\n"


@contextmanager
def _terminal() -> Iterator[None]:
    """A terminal of the usual width, whatever the one is where this runs: argparse folds its lines by it."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = _WIDTH
    yield
    if before is None:
        del os.environ["COLUMNS"]
    else:
        os.environ["COLUMNS"] = before


if __name__ == "__main__":
    MANUAL.write_text(manual(), encoding="utf-8")
    COMPLETION.write_text(completion(), encoding="utf-8")
