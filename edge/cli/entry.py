"""Where the command ``edge`` begins: quiet about Ctrl-C even while its parts are still being loaded."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> int:
    """Run the command line; the exit status.

    Loading what a command needs may take a good part of a second. Until it is over Ctrl-C ends the process at once, as
    it ends any program, instead of raising KeyboardInterrupt in the middle of a library.
    """
    # No matrix here is large enough for threads, which would cost time and memory at every start, also of our children.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # else whoever started us has it ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        with _nothing_to_collect():
            from edge.cli.main import main as run  # noqa: PLC0415  # loading is what is guarded here
            from edge.cli.parser import COMMANDS, asked_for, load_command  # noqa: PLC0415

            if (name := asked_for(sys.argv[1:])) in COMMANDS:
                load_command(name)  # this is what takes long
    except Exception as error:  # noqa: BLE001  # a broken package raises what it likes
        signal.signal(signal.SIGINT, handler)
        return _without_packages(error)
    signal.signal(signal.SIGINT, handler)
    return run()


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """What is loaded stays until the end: to look for garbage in it, then and later, would find none."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _without_packages(error: Exception) -> int:
    """What runs where a package that the command needs is missing or broken: ``edge doctor``, or a word on it."""
    if sys.argv[1:2] == ["doctor"]:
        from edge.doctor.last_resort import examine_broken  # noqa: PLC0415  # only here

        return examine_broken(sys.argv[2:])
    from edge.base.text import printable  # noqa: PLC0415  # only here

    print(printable(f"edge: {error}"), file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
