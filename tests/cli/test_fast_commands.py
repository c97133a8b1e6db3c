"""A command loads only what it needs: those that look at no picture and speak with no broker are quick."""

from __future__ import annotations

import subprocess
import sys

import pytest

SLOW = ("numpy", "cv2", "av", "ai_edge_litert", "tflite_runtime", "paho")
COMMANDS = ["--version", "help", "config get pose.score_threshold", "schema pose", "models list"]
_RUN = """
import sys
from edge.cli.entry import main
status = 1
try:
    status = main()
except SystemExit as end:
    status = end.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(status)
"""


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_that_needs_no_slow_package_loads_none(words: str) -> None:
    done = subprocess.run([sys.executable, "-c", _RUN, *words.split()], capture_output=True, text=True, check=True)
    assert done.stdout
    assert "edge" in done.stderr.split()
    assert not {*SLOW} & {*done.stderr.split()}
