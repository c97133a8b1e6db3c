"""``edge run`` on a machine whose ``/sys`` lies elsewhere: ``python -m tests.edgetpu.run ROOT SHORTEST_S OPTION…``.

However fast the stand-in was so far, each of its answers is waited for ``SHORTEST_S`` at least.
"""

from __future__ import annotations

import sys
from pathlib import Path

from edge.base.machine_files import MachineFiles
from edge.cli import run
from edge.cli.parser import build_parser
from edge.errors import EdgeError
from edge.runtime.edgetpu import deadline

if __name__ == "__main__":
    root, shortest_s, *options = sys.argv[1:]
    deadline._SHORTEST_S = float(shortest_s)
    try:
        run.run(build_parser({"run"}).parse_args(["run", *options]), MachineFiles(Path(root)))
    except EdgeError as error:
        sys.exit(f"edge: {error}")
