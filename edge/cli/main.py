"""The command ``edge``: finds the subcommand, and turns errors into one sentence and an exit status."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edge import __version__
from edge.cli import config, demo, doctor, infer, models, record, replay, run, schema, watch
from edge.cli import help as help_
from edge.daemon.journal import is_journal, marked
from edge.errors import EdgeError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = (demo, run, infer, watch, record, replay, config, models, doctor, schema, help_)
_DESCRIPTION = "Pose, classification and action recognition on a Raspberry Pi, published over MQTT."
_EPILOG = """\
exit status: 0 fine, 1 something failed, 2 wrong usage or configuration
edge help: topics such as quickstart, tune and broker

try:
  edge demo
  edge models pull movenet-lightning
  edge infer classification photo.jpg --model flowers.tflite
  edge run --set camera.source=video:walk.mp4 --set camera.loop=true
  mosquitto_sub -t 'edge/#' -v
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser with all commands."""
    parser = argparse.ArgumentParser(
        prog="edge",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"edge {__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_parser(subparsers, _common())
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status."""
    if sys.stdout is None:  # closed by whoever called us
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # for as long as we live
    arguments = build_parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except EdgeError as error:
        _complain(error)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone (``edge infer … | head``); what is left in the buffer must not raise at exit.
        _give_up_output()
        return 1
    except OSError as error:
        _complain(error)
        _give_up_output()
        return 1
    return status


def _complain(error: Exception) -> None:
    sentence = f"edge: {error}"
    print(marked(sentence, logging.ERROR) if is_journal(sys.stderr) else sentence, file=sys.stderr)  # noqa: T201


def _give_up_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _common() -> argparse.ArgumentParser:
    """The options that every command takes."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, metavar="FILE", help="configuration file (default: /etc/edge/edge.toml)")
    common.add_argument(
        "--set",
        action="append",
        default=[],
        dest="overrides",
        metavar="KEY=VALUE",
        help="set a configuration key for this run, e.g. --set pose.score_threshold=0.4; may be repeated",
    )
    return common


if __name__ == "__main__":
    sys.exit(main())
