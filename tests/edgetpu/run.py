"""``edge run`` on a machine whose ``/sys`` lies elsewhere: ``python -m tests.edgetpu.run ROOT OPTION…``."""

from __future__ import annotations

import sys
from pathlib import Path

from edge.base.machine_files import MachineFiles
from edge.cli import run
from edge.cli.parser import build_parser
from edge.errors import EdgeError

if __name__ == "__main__":
    root, *options = sys.argv[1:]
    try:
        run.run(build_parser({"run"}).parse_args(["run", *options]), MachineFiles(Path(root)))
    except EdgeError as error:
        sys.exit(f"edge: {error}")
