"""What the modules of this room share: how commands and their actions are registered, and types of values."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AddCommand: TypeAlias = "Callable[..., argparse.ArgumentParser]"
"""Registers a command, whose name and line of help it knows; takes the other arguments of ``ArgumentParser``."""

WRONG_USAGE = 2
_KILLED = 128
"""A shell's exit status of a program that a signal ended, less the signal's number."""
_LONGEST_S = 1e9
"""Thirty years; not much more and the system's clocks end."""
_MOST = 10**12
_HIGHEST_PORT = 65535


class AddAction(Protocol):
    """Registers one action of a command and what runs it; the action's own parser."""

    def __call__(self, name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        """Register the action ``name``."""
        ...


def actions_of(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> AddAction:
    """Give a command actions of its own, each with the options that every command takes."""
    parser.set_defaults(run=listing_of(parser))
    actions = parser.add_subparsers(title="actions", metavar="ACTION")

    def add(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        action = actions.add_parser(name, parents=[common], help=summary, description=f"{summary.capitalize()}.")
        action.set_defaults(run=run)
        return action

    return add


def listing_of(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """What runs where a command or an action is missing: print which there are; wrong usage."""

    def run(_arguments: argparse.Namespace) -> int:
        parser.print_help()
        return WRONG_USAGE

    return run


@contextmanager
def orderly_sigterm() -> Iterator[None]:
    """Let SIGTERM unwind the block as Ctrl-C does, so that files are finished and helpers ended; exit status 143.

    Must be entered by the main thread.
    """

    def leave(number: int, _frame: object) -> NoReturn:
        sys.exit(_KILLED + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def seconds(text: str) -> float:
    """A length of time above zero; argparse turns the error into exit status 2."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= _LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text} must be a number of seconds above 0, at most {_LONGEST_S:.0f}")
    return value


def positive_integer(text: str) -> int:
    """A whole number above zero; argparse turns the error into exit status 2."""
    return _whole(text, _MOST)


def port(text: str) -> int:
    """A TCP port; argparse turns the error into exit status 2."""
    return _whole(text, _HIGHEST_PORT)


def _whole(text: str, most: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if not 0 < value <= most:
        raise argparse.ArgumentTypeError(f"{text} must be a whole number from 1 to {most}")
    return value
