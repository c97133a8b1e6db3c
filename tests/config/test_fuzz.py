"""A valid file after random edits is accepted or refused in words; nothing else ever happens."""

import os
import random
from pathlib import Path

import pytest

from edge.config.edit import set_value
from edge.config.explanation import default_file
from edge.config.load import Loaded, load
from edge.errors import ConfigError, Problem
from edge.settings import SCHEMA
from edge.tasks.pose.settings import PoseSettings

EDITS = int(os.environ.get("EDGE_FUZZ_EDITS", "100"))
LINES = default_file(SCHEMA).split("\n")

SNIPPETS = [
    *(
        "[",
        "]",
        "[[pose]]",
        "[pose]",
        "[pose.fit]",
        '"',
        '"""',
        "'",
        "'''",
        "=",
        "#",
        ",",
        "{",
        "}",
        ".",
        "\\",
        "\n",
        "\r",
    ),
    *("\x00", "\x7f", "\ufeff", "\u2028", "ü", "\U0001f408", "\udcff", "nan", "-inf", "1e400", "-0.0", "true"),
    *("0x" + "f" * 5000, "9" * 5000, "[" * 2000, "a." * 2000, "1979-05-27T07:32:00Z", "07:32:00", "2026-13-45"),
    *("\\ud800", '"\\uffff"', "fit = 1\n", "region = [0, 0, 0, 0]\n", 'allow = ["a"]\ndeny = ["a"]\n'),
    *("pose = 3\n", '"" = 1\n', "mqtt.port.x = 1\n"),
]


def uncommented(chance: random.Random) -> str:
    """The default file, with about half of its keys set."""
    return "\n".join(
        line[1:] if line.startswith("#") and " = " in line and line[1] != " " and chance.random() < 0.5 else line
        for line in LINES
    )


def damaged(text: str, chance: random.Random) -> bytes:
    """``text`` after one to four edits: a piece cut, doubled, moved, or something nasty put in."""
    for _ in range(chance.randint(1, 4)):
        start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        end = min(end, start + chance.choice((1, 5, 80)))
        piece, rest = text[start:end], text[:start] + text[end:]
        place = chance.randrange(len(rest) + 1)
        text = chance.choice(
            (
                rest,
                text[:end] + piece + text[end:],
                rest[:place] + piece + rest[place:],
                text[:start] + chance.choice(SNIPPETS) + text[start:],
                text[:start] + chance.choice(SNIPPETS) + text[end:],
            )
        )
    return text.encode("utf-8", "surrogateescape" if chance.random() < 0.9 else "surrogatepass")


@pytest.mark.long
def test_a_damaged_file_is_accepted_or_refused_in_words(tmp_path: Path) -> None:
    chance = random.Random(20260501)  # noqa: S311  not for secrets
    path = tmp_path / "edge.toml"
    accepted = refused = 0
    for _ in range(EDITS):
        path.write_bytes(damaged(uncommented(chance), chance))
        strays: list[Problem] = []
        try:
            if chance.random() < 0.5:
                assert isinstance(load(SCHEMA, path), Loaded)
            else:
                assert set_value(SCHEMA, path, "pose.max_people", "3").settings[PoseSettings].max_people == 3
                assert load(SCHEMA, path).settings[PoseSettings].max_people == 3
            accepted += 1
        except ConfigError as error:
            strays = [problem for problem in error.problems if not problem.where.startswith(str(path))]
            refused += 1
        assert not strays
    assert accepted > EDITS // 20
    assert refused > EDITS // 20
