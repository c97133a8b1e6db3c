"""The command ``edge``: finds the subcommand, and turns errors into one sentence and an exit status."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.loading import unloadable
from edge.base.terminal import width_of, wrapped
from edge.base.text import printable_lines
from edge.base.url import masked
from edge.cli.parser import asked_for, build_parser
from edge.daemon.journal import is_journal, marked
from edge.errors import EdgeError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status."""
    if sys.stdout is None:  # closed by whoever called us
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # for as long as we live
    words = sys.argv[1:] if argv is None else argv
    try:
        arguments = build_parser({asked_for(words)}).parse_args(words)
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except EdgeError as error:
        _complain(error)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    except ImportError as error:  # some packages are loaded when they are first needed
        _complain(EdgeError(unloadable(error)))
        return 1
    except BrokenPipeError:
        # Whoever read our output has gone (``edge infer … | head``); what is left in the buffer must not raise at exit.
        _give_up_output()
        return 1
    except OSError as error:
        _complain(EdgeError(_in_words(error)))
        _give_up_output()
        return 1
    return status


def _complain(error: Exception) -> None:
    sentence = masked(printable_lines(f"edge: {error}"))
    shown = marked(sentence, logging.ERROR) if is_journal(sys.stderr) else wrapped(sentence, width_of(sys.stderr))
    print(shown, file=sys.stderr)  # noqa: T201


def _in_words(error: OSError) -> str:
    """What the system has refused, where nobody knew better what to say of it."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def _give_up_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
