"""``edge help``: what to type for what, topic by topic."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from edge.cli.parser import COMMANDS, build_parser
from edge.config.words import closest, listed
from edge.errors import ConfigError

if TYPE_CHECKING:
    import argparse

    from edge.cli.command import AddCommand

TOPICS = (
    "quickstart",
    "tune",
    "reload",
    "topics",
    "mqtt",
    "home-assistant",
    "broker",
    "cameras",
    "monitor",
    "models",
    "service",
    "doctor",
    "bench",
    "replay",
    "trace",
    "inbox",
    "fleet",
    "security",
    "privacy",
    "update",
    "uninstall",
)
"""In the order of reading."""

_FOLDER = files("edge.cli") / "topics"
_INDENT = "    "
_CODE = "cyan"
_LISTED_WIDTH = 18
_MOST_HINTS = 3


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Explain a topic, or print the options of a command. Without one, list the topics.",
    )
    parser.add_argument("words", metavar="TOPIC", nargs="*", help="a topic, or a command, e.g. tune or config set")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the topic, or the help of the command.

    Raises:
        ConfigError: there is neither. EdgeError: the command cannot be loaded.
    """
    name, *rest = arguments.words or [""]
    if not name:
        _print(_overview())
    elif name in TOPICS and not rest:
        _print(topic(name))
        if name in COMMANDS:
            _print(f"\nAll options: `edge {name} --help`")
    elif name in COMMANDS:
        build_parser({name}).parse_args([*arguments.words, "--help"])  # prints it and leaves
    else:
        raise ConfigError(_unknown(" ".join(arguments.words)))
    return 0


def topic(name: str) -> str:
    """The text of one of ``TOPICS``: what it is about, an empty line, the rest; commands in it stand in backticks."""
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").rstrip()


def _overview() -> str:
    lines = (f"  {name:<{_LISTED_WIDTH}}{topic(name).partition(chr(10))[0]}" for name in TOPICS)
    return "\n".join(["edge help TOPIC explains:", "", *lines, "", "`edge --help` lists the commands."])


def _unknown(word: str) -> str:
    """What to say about a word that is neither topic nor command: what may be meant, and where it is spoken of."""
    from edge.settings import SCHEMA  # noqa: PLC0415  # a topic is explained without

    is_key = word in SCHEMA.sections or word in SCHEMA.keys
    hints = [f"edge config explain {word}"] if is_key else []
    if not is_key and (guess := closest(word, (*TOPICS, *COMMANDS))):
        hints.append(f"did you mean {guess}?")
    elif about := [name for name in TOPICS if re.search(rf"\b{re.escape(word)}\b", topic(name), re.IGNORECASE)]:
        hints.append(f"it is spoken of in {listed(about[:_MOST_HINTS])}")
    return "; ".join([f"no help on {word!r}", *(hints or ["edge help lists the topics"])])


def _print(text: str) -> None:
    """Print the heading in bold and what is to be typed in colour, where the terminal can."""
    console = Console(highlight=False)
    for number, line in enumerate(text.split("\n")):
        plain, *code = line.split("`")
        styled = Text(plain, style="bold" if number == 0 and plain else _CODE if plain.startswith(_INDENT) else "")
        for position, piece in enumerate(code):
            styled.append(piece, "" if position % 2 else _CODE)
        console.print(styled, soft_wrap=True)
