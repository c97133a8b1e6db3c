"""``edge bench``: how fast this machine is."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from rich.console import Console

from edge.base.terminal import shortened, width_of
from edge.base.text import printable
from edge.base.threads import tune_process
from edge.benchmark.benchmark import Benchmark
from edge.benchmark.report import as_fields
from edge.benchmark.table import blocks_below, latency_table, machine_line
from edge.cli.command import orderly_sigterm, seconds
from edge.cli.config_file import load_config
from edge.cli.say import complain, say, say_json
from edge.daemon.build import enabled_tasks
from edge.daemon.log import set_up_logging
from edge.doctor.system import System
from edge.runtime.device_choice import parse_device
from edge.settings import LogSettings
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.benchmark.report import Report
    from edge.cli.command import AddCommand
    from edge.types import TaskName

SECONDS = 10.0

_ERASE_TO_END = "\x1b[K"


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Measure how fast this machine is: for each task how long its model takes alone (invoke()), how "
        "long a frame takes from the camera's picture to the result, and the ratio of the two. The frames are of the "
        "built-in scene, in the size of camera.width and camera.height. Beside it stands what others have published of "
        "the same model, and below what has disturbed it. Exit status 1 where something could not be measured.",
    )
    parser.add_argument(
        "tasks",
        nargs="*",
        type=_task,
        metavar="TASK",
        help=f"of {', '.join(tasks())} (default: those that are enabled); they are measured one after the other, with "
        "the threads that they have when these run and no others",
    )
    parser.add_argument(
        "--device",
        type=_device,
        default="auto",
        metavar="D",
        help="cpu, edgetpu, or one of several such as edgetpu:usb:0; auto (the default) is the CPU and, where a Coral "
        "is attached and the model has a variant for it, the EdgeTPU, too; the keys device of the configuration do not "
        "count here",
    )
    parser.add_argument(
        "--seconds",
        type=seconds,
        default=SECONDS,
        metavar="S",
        help=f"how long to measure, in all; loading comes on top (default: {SECONDS:g})",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, see docs/bench.md")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure and report; 1 where something could not be measured.

    Raises:
        ConfigError: wrong usage.
    """
    settings = load_config(arguments, [*_devices(arguments.device)]).settings
    set_up_logging(settings[LogSettings])
    tune_process()
    names = tuple(dict.fromkeys(arguments.tasks)) or enabled_tasks(settings)
    with orderly_sigterm():
        report = Benchmark(names, settings, parse_device(arguments.device), System()).run(arguments.seconds, _show)
    _show("")
    if arguments.json:
        say_json(as_fields(report))
    else:
        _print(report)
    for problem in report.problems:
        complain(problem)
    return 1 if report.problems else 0


def _task(name: str) -> TaskName:
    """The name of a task; an error is wrong usage, exit status 2. Choices of its own would refuse an empty list."""
    if name not in tasks():
        raise argparse.ArgumentTypeError(f"there is no task {name!r}; the tasks are {', '.join(tasks())}")
    return name


def _device(text: str) -> str:
    """Where to measure; an error is wrong usage, exit status 2."""
    try:
        parse_device(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} {error}") from None
    return text


def _devices(device: str) -> Iterator[str]:
    """Keys that have all tasks computed there, as ``KEY=VALUE``."""
    yield f"inference.device={device}"
    yield from (f"{name}.device=" for name, task in tasks().items() if task.has_key("device"))


def _print(report: Report) -> None:
    say(machine_line(report.machine))
    if report.measurements:
        Console(highlight=False).print(latency_table(report))
    for block in filter(None, map("\n".join, blocks_below(report))):
        say(f"\n{block}")


def _show(words: str) -> None:
    """Say at a terminal what is done now, in a line that the next one replaces: no thread draws while it measures."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{shortened(printable(words), width_of(sys.stderr))}{_ERASE_TO_END}\r")
        sys.stderr.flush()
