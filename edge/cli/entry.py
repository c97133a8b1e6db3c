"""Where the command ``edge`` begins: quiet about Ctrl-C even while its parts are still being loaded."""

from __future__ import annotations

import signal


def main() -> int:
    """Run the command line; the exit status.

    Loading takes a good part of a second. Until it is over Ctrl-C ends the process at once, as it ends any program,
    instead of raising KeyboardInterrupt in the middle of a library.
    """
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # else whoever started us has it ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from edge.cli.main import main as run  # noqa: PLC0415  # this is what takes long

    signal.signal(signal.SIGINT, handler)
    return run()
