"""Child processes, wherever the caller stands: started where nobody can interfere, and never left behind.

``python -m`` looks for modules in the current folder first. Whoever may write there, in ``/etc/edge`` or ``/tmp``,
could have root run a module of theirs that is called like one of ours.

``python -m edge.base.child PARENT PROGRAM ARGUMENT…`` becomes the program, which then ends when its parent does,
however that ends; ``PARENT`` is the process id of the parent.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys
import traceback
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FOLDER = "/"
"""Where a child is started: ``PYTHONPATH`` may name the current folder, too, and only root can write here."""
_KILL_S = 1.0
_PR_SET_PDEATHSIG = 1
_OOM_SCORE = "500"


def module_command(module: str, *arguments: str) -> list[str]:
    """The command line that runs ``module`` with this Python, with nothing from the current folder or a user's own."""
    options = ["-I"] if sys.flags.isolated else ["-P", "-s"]
    return [sys.executable, *options, "-m", module, *arguments]


def program_command(program: str, *arguments: str) -> list[str]:
    """The command line that runs ``program``, a path, and has it end when this process does."""
    return module_command("edge.base.child", str(os.getpid()), program, *arguments)


@contextmanager
def running_child(
    command: Sequence[str],
    *,
    stop_s: float = 0.0,
    stdin: int = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
    stderr: int | IO[bytes] = subprocess.DEVNULL,
    environ: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block: with ``stop_s`` it is first asked by SIGTERM; killed with all it has started.

    It has a session of its own, so that Ctrl-C at the terminal does not end it before us. One that is stuck inside the
    kernel is left to itself; so is what one has started whose end the block has waited for. It inherits ``pass_fds``,
    under the same numbers. Where its life is no block, an ``ExitStack`` holds it.
    """
    process = subprocess.Popen(
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=environ,
        pass_fds=pass_fds,
        cwd=_FOLDER,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            _end(process, stop_s)
        for pipe in filter(None, (process.stdin, process.stdout, process.stderr)):
            pipe.close()


def end_with(parent: int) -> None:
    """Have this process get SIGTERM as soon as its parent ends; it stays so over an exec (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(1)


def be_first_to_end() -> None:
    """Have the kernel end this process, not its parent, where memory runs out; containers may forbid it."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)


def what_happened(error: Exception) -> str:
    """A sentence for the parent: the error and where it came from."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"


def _end(process: subprocess.Popen[bytes], stop_s: float) -> None:
    """End a process that nobody has waited for yet, and its group with it.

    Once it is waited for, its number may be another's: until the group is killed nothing here does that.
    """
    if stop_s:
        os.kill(process.pid, signal.SIGTERM)
        handle = os.pidfd_open(process.pid)
        select.select([handle], [], [], stop_s)  # it can be read once the process has ended
        os.close(handle)
    os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_KILL_S)


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  # the very program we were given
