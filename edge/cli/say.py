"""What a command says: nothing in it, whoever wrote it, controls the terminal."""

from __future__ import annotations

import sys

from edge.base.terminal import width_of, wrapped
from edge.base.text import printable_lines
from edge.messages.encoding import json_document


def say(text: str) -> None:
    """Write lines to stdout, at a terminal in whole words."""
    sys.stdout.write(f"{wrapped(printable_lines(text), width_of(sys.stdout))}\n")


def say_json(value: object) -> None:
    """Write a JSON document to stdout."""
    sys.stdout.write(f"{json_document(value)}\n")


def complain(sentence: str) -> None:
    """Write a sentence to stderr, as every error is told."""
    sys.stderr.write(f"{wrapped(f'edge: {printable_lines(sentence)}', width_of(sys.stderr))}\n")
