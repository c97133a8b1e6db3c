"""``edge record``: what the models see, written to a trace."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.terminal import shortened, width_of, wrapped
from edge.base.text import printable
from edge.base.threads import tune_process
from edge.cli.command import positive_integer, seconds
from edge.cli.config_file import load_config
from edge.daemon.log import set_up_logging
from edge.daemon.recording import record
from edge.errors import CameraError
from edge.settings import LogSettings
from edge.trace.pictures import folder_of

if TYPE_CHECKING:
    import argparse

    from edge.cli.command import AddCommand
    from edge.daemon.recording import Progress

_ERASE_TO_END = "\x1b[K"
_UNWATCHED_S = 10.0
"""How often a line is said where no terminal shows one that changes."""


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Run the enabled tasks on the camera and write what each model says of each frame, with its times, "
        "to a trace that edge replay reads. Nothing is published. Ends with the source, or on Ctrl-C.",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="the trace (default: edge-DATE-TIME.jsonl); must be new"
    )
    parser.add_argument("--seconds", type=seconds, metavar="S", help="stop after so many seconds")
    parser.add_argument("--frames", type=positive_integer, metavar="N", help="stop after so many camera frames")
    parser.add_argument(
        "--with-frames", action="store_true", help="keep the frames too, as JPEG in a folder beside the trace"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Record a trace.

    Raises:
        EdgeError: it cannot start, failed, or no frame came.
    """
    settings = load_config(arguments).settings
    set_up_logging(settings[LogSettings])
    tune_process()
    path: Path = arguments.output or Path(time.strftime("edge-%Y%m%d-%H%M%S.jsonl"))
    is_watched = sys.stderr.isatty()
    pictures = f", pictures into {folder_of(path)}" if arguments.with_frames else ""
    _say(f"{path}: loading the models, then recording{_until(arguments)}{pictures}")
    said_s = 0.0

    def show(progress: Progress) -> None:
        nonlocal said_s
        if is_watched:
            live = shortened(_measures(progress), width_of(sys.stderr))
            sys.stderr.write(f"{live}{_ERASE_TO_END}\r")  # what the log says begins at the left, too
            sys.stderr.flush()
        elif progress.seconds - said_s >= _UNWATCHED_S:
            said_s = progress.seconds
            _say(f"{path}: {_measures(progress)}")

    done = record(
        settings,
        path,
        seconds=arguments.seconds,
        frames=arguments.frames,
        with_frames=arguments.with_frames,
        show=show,
    )
    if is_watched:
        sys.stderr.write(_ERASE_TO_END)
    if not done.frames:
        reason = f": {done.camera_error}" if done.camera_error else ""
        raise CameraError(f"no frame came in {done.seconds:.1f} s, nothing is recorded{reason}")
    _say(f"{path}: {_measures(done)}")
    return 0


def _until(arguments: argparse.Namespace) -> str:
    ends = [f"for {arguments.seconds:g} s"] if arguments.seconds else []
    ends += [f"{arguments.frames} frames"] if arguments.frames else []
    return f" {' or '.join(ends)}; Ctrl-C ends it" if ends else " until the source ends or Ctrl-C"


def _say(sentence: str) -> None:
    sys.stderr.write(f"{wrapped(printable(sentence), width_of(sys.stderr))}\n")


def _measures(progress: Progress) -> str:
    parts = [f"{progress.seconds:.1f} s", f"{progress.frames} frames", f"{progress.size_bytes / 1e6:.1f} MB"]
    if progress.pictures is not None:
        full = " (full: no more are kept)" if progress.pictures.is_full else ""
        parts.append(f"{progress.pictures.size_bytes / 1e6:.1f} MB of pictures{full}")
    if progress.camera_error:
        parts.append(f"no frames now: {progress.camera_error}")
    return printable(", ".join(parts))
