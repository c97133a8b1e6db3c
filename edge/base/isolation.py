"""Starting our own code in a process of its own, wherever the caller stands.

``python -m`` looks for modules in the current folder first. Whoever may write there, in ``/etc/edge`` or ``/tmp``,
could have root run a module of theirs that is called like one of ours.
"""

from __future__ import annotations

import sys

FOLDER = "/"
"""Where such a process is started: ``PYTHONPATH`` may name the current folder, too, and only root can write here."""


def module_command(module: str, *arguments: str) -> list[str]:
    """The command line that runs ``module`` with this Python, with nothing from the current folder or a user's own."""
    options = ["-I"] if sys.flags.isolated else ["-P", "-s"]
    return [sys.executable, *options, "-m", module, *arguments]
