"""``edge replay``: a trace through the tracker again, with the settings it was recorded with and with others."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edge.cli.annotated import open_annotated_trace
from edge.cli.command import orderly_sigterm
from edge.cli.config_file import config_file
from edge.cli.say import say
from edge.config.load import load
from edge.config.sections import Settings
from edge.config.words import toml_text
from edge.daemon.log import set_up_logging
from edge.daemon.replaying import Replay
from edge.messages.clock import Instant
from edge.messages.encoding import json_line
from edge.messages.payload import Header
from edge.settings import SCHEMA, DeviceSettings, LogSettings
from edge.tasks.payload import result_payload
from edge.tasks.registry import tasks
from edge.trace.reader import TraceReader
from edge.trace.recorded_settings import changed_settings
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

    from edge.cli.command import AddCommand
    from edge.tasks.common.tracing import Observed
    from edge.tasks.parts import Metrics
    from edge.trace.records import TraceHeader
    from edge.types import Result, TaskName

_COLUMN = 40
_DESCRIPTION = """\
Take a trace of edge record through the tracker again, with the settings it was
recorded with and with those of --set, and print how steady the results are,
side by side. Only settings whose effect comes after the model can be changed:
tracking, and thresholds, lists and rates of the tasks. A file is read only
where --config names it; with --output, device.privacy of this machine's own
counts as well.
"""
_EPILOG = """\
try:
  edge record --output walk.jsonl --seconds 30
  edge replay walk.jsonl --set tracking.min_cutoff_hz=1
  edge replay walk.jsonl --json
"""


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("trace", type=Path, metavar="TRACE", help="a file that edge record wrote")
    parser.add_argument("--json", action="store_true", help="print the results instead, one message a line")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the annotated video (.mp4); needs edge record --with-frames, or in their place plain ground: "
        "--set device.privacy=skeleton",
    )
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class _Column:
    """One side of the comparison."""

    title: str
    replay: Replay
    metrics: Mapping[TaskName, Metrics]


def run(arguments: argparse.Namespace) -> int:
    """Replay a trace.

    Raises:
        ConfigError: a setting cannot be changed in a replay. InputError: the trace cannot be used.
    """
    set_up_logging(Settings()[LogSettings])
    with orderly_sigterm(), TraceReader(arguments.trace, SCHEMA) as trace:
        recorded = trace.header.settings
        of_privacy, overrides = _privacy_apart(arguments)
        settings = changed_settings(SCHEMA, recorded, arguments.config, overrides)
        columns = list(_columns(trace.header, settings, last_only=arguments.json))
        messages = _Messages(sys.stdout, trace.header, str(arguments.trace)) if arguments.json else None
        only_skeletons = arguments.output is not None and _only_skeletons(arguments, of_privacy)
        shown = columns[-1].replay.tasks
        with open_annotated_trace(arguments.output, arguments.trace, shown, only_skeletons=only_skeletons) as annotate:
            for frame, record in trace:
                for column in columns:
                    result = column.replay.feed(frame, record)
                    if result is not None:
                        column.metrics[result.task].take(result)
                if messages is not None and result is not None and record.looks:
                    messages.write(result, record.looks[-1])
                annotate(frame, record.task, result)
    stream = sys.stderr if arguments.json else sys.stdout
    if not arguments.json:
        _print_table(trace, columns)
    for note in (*trace.notices, *_notes(columns[-1].replay, recorded, settings)):
        stream.write(f"note: {note}\n")
    return 0


def _privacy_apart(arguments: argparse.Namespace) -> tuple[list[str], list[str]]:
    """What ``--set`` says of the pictures in the video, where there is one, and what of the replay itself."""
    overrides: list[str] = arguments.overrides
    of_privacy = [one for one in overrides if arguments.output and one.partition("=")[0].strip() == "device.privacy"]
    return of_privacy, [one for one in overrides if one not in of_privacy]


def _only_skeletons(arguments: argparse.Namespace, overrides: list[str]) -> bool:
    """Whether nothing of the pictures may be in the video: that is for this machine to say, a trace does not.

    Raises:
        ConfigError: the configuration is wrong.
    """
    return load(SCHEMA, config_file(arguments), overrides).settings[DeviceSettings].only_skeletons


def _columns(header: TraceHeader, settings: Settings, *, last_only: bool) -> Iterator[_Column]:
    changed = SCHEMA.differences(header.settings, settings)
    if not (changed and last_only):
        yield _Column("as recorded", Replay(header, header.settings), _new_metrics(header))
    if changed:
        yield _Column("changed", Replay(header, settings), _new_metrics(header))


def _new_metrics(header: TraceHeader) -> Mapping[TaskName, Metrics]:
    return {task.name: tasks()[task.name].new_metrics() for task in header.tasks}


class _Messages:
    """The results as the messages that MQTT would carry, written at the moment the model had answered then."""

    def __init__(self, stream: TextIO, header: TraceHeader, path: str) -> None:
        self._stream = stream
        self._header = header
        self._path = path
        self._seq: dict[TaskName, int] = {}

    def write(self, result: Result, observed: Observed[object]) -> None:
        """Write one JSON object."""
        own = self._header
        seq = self._seq[result.task] = self._seq.get(result.task, 0) + 1
        answered = Instant(own.wall_ns + observed.observed_ns - own.monotonic_ns, observed.observed_ns)
        payload = result_payload(result, Header(own.device, own.run_id, seq, answered))
        payload["input"] = self._path
        payload["media_time_s"] = round(result.frame.timestamp_ns / NS_PER_S, 3)
        self._stream.write(json_line(payload) + "\n")


def _print_table(trace: TraceReader, columns: list[_Column]) -> None:
    header = trace.header
    started = Instant(header.wall_ns, header.monotonic_ns).rfc3339()
    say(f"{trace.path}: {trace.frames} frames, recorded by Edge {header.version} at {started}")
    heads = {task.name: f"{task.name}, {task.model}" for task in header.tasks}
    width = max(_COLUMN, *(len(head) + 2 for head in heads.values()))
    for task, head in heads.items():
        say(f"\n{head:<{width}}" + "".join(f"{column.title:>14}" for column in columns))
        rows = [dict(column.metrics[task].rows()) for column in columns]
        for name in rows[0]:
            say(f"  {name:<{width - 2}}" + "".join(f"{row[name]:>14}" for row in rows))
    say("")


def _notes(replay: Replay, recorded: Settings, settings: Settings) -> Iterator[str]:
    """What was changed, and what a replay cannot know."""
    changed = SCHEMA.differences(recorded, settings)
    for path in changed:
        now, then = toml_text(SCHEMA.value_of(settings, path)), toml_text(SCHEMA.value_of(recorded, path))
        yield f"changed: {path} = {now}, recorded with {then}"
    for task, times in replay.elsewhere.items():
        if times:
            yield (
                f"{task} would now have looked at another part of the frame {times} times, {replay.far[task]} times at "
                "one that overlaps by less than 90 %; what it saw in the recorded part stands in"
            )
    for task, count in replay.unknown.items():
        if count:
            yield f"{task}: {count} frames that these settings need were not shown to the model then; they are left out"
    for task in replay.tasks:
        yield from tasks()[task].trace.notes(changed)
