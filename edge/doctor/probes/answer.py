"""How a probe speaks with its parent."""

from __future__ import annotations

import gc
import json
import signal
import sys
from typing import TYPE_CHECKING, Any

from edge.errors import EdgeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def answer(probe: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """Run ``probe`` with the request from stdin and print what it returns, or the sentence of its error.

    The kernel ends the process after so many seconds as the command line says, in case the parent is gone by then.
    """
    signal.alarm(int(sys.argv[1]))
    try:
        found = probe(json.load(sys.stdin))
    except EdgeError as error:
        found = {"error": str(error)}
    gc.freeze()  # the process ends: to look for garbage in what it has loaded costs a tenth of its time
    sys.stdout.write(f"\n{json.dumps(found)}\n")
