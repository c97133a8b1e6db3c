"""``edge help``: every topic is there, short, and speaks only of commands, keys and topics that exist."""

from __future__ import annotations

import os
import re
import shlex
import sys

import pytest

from edge.cli.help import TOPICS, topic
from edge.cli.main import main
from edge.cli.parser import build_parser
from edge.settings import SCHEMA
from tests.support import ROOT
from tests.terminal import at_terminal

Output = pytest.CaptureFixture[str]
KEY = re.compile(rf"\b(?:{'|'.join(SCHEMA.sections)})\.[a-z_]+")
FILES = re.compile(r"\S*\.(?:toml|jsonl|json|txt|tflite|mp4)\S*")


def typed(text: str) -> list[str]:
    """What is there to type: the lines that are set in, and what stands in backticks."""
    return [line.strip() for line in text.splitlines() if line.startswith("    ")] + re.findall(r"`([^`]+)`", text)


@pytest.fixture(params=TOPICS)
def text(request: pytest.FixtureRequest) -> str:
    return topic(request.param)


def test_every_topic_fits_two_screens_and_has_a_heading(text: str) -> None:
    heading, empty, *rest = text.splitlines()
    assert re.fullmatch(r"[A-Z].*[^.]", heading)
    assert not empty
    assert len(rest) < 48
    assert max(map(len, text.replace("`", "").splitlines())) <= 80


def test_every_command_parses(text: str) -> None:
    parser = build_parser()
    lines = [line.removeprefix("sudo ").partition(" | ")[0] for line in typed(text)]
    for name, *words in map(shlex.split, lines):
        if name == "edge" and (len(words) < 2 or words[-1] == "--help"):
            with pytest.raises(SystemExit) as ended:  # only named: does it have a help?
                parser.parse_args([*words[:1], "--help"])
            assert ended.value.code == 0
        elif name == "edge":
            parser.parse_args(words)


def test_every_key_exists(text: str) -> None:
    assert set(KEY.findall(FILES.sub("", text))) - set(SCHEMA.keys) == set()


def test_every_topic_it_refers_to_exists(text: str) -> None:
    assert {line.split()[2] for line in typed(text) if line.startswith("edge help ")} <= set(TOPICS)


def test_the_tests_above_see_commands_and_keys() -> None:
    everything = "\n".join(map(topic, TOPICS))
    commands = {line.removeprefix("sudo ").split()[1] for line in typed(everything) if re.match("(sudo )?edge ", line)}
    assert commands >= {"config", "models", "watch", "doctor", "record", "replay", "run", "demo", "help"}
    assert len(set(KEY.findall(everything))) > 30


def test_each_file_is_a_topic() -> None:
    assert {path.stem for path in (ROOT / "edge/cli/topics").iterdir()} == set(TOPICS)


def test_alone_it_lists_the_topics(capsys: Output) -> None:
    assert main(["help"]) == 0

    listed = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert tuple(words[0] for words in listed) == TOPICS
    assert all(len(words) > 3 for words in listed)


def test_a_topic_is_printed_as_plain_text(capsys: Output) -> None:
    assert main(["help", "broker"]) == 0

    text = capsys.readouterr().out
    assert "    sudo edge config set mqtt.host broker.lan --apply\n" in text
    assert "`" not in text
    assert "\x1b" not in text


def test_a_topic_that_is_a_command_too_tells_of_its_options(capsys: Output) -> None:
    assert main(["help", "doctor"]) == 0

    assert capsys.readouterr().out.endswith("\nAll options: edge doctor --help\n")


@pytest.mark.parametrize(("words", "usage"), [(["run"], "usage: edge run "), (["config", "set"], "edge config set ")])
def test_a_command_prints_its_own_help(words: list[str], usage: str, capsys: Output) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["help", *words])

    assert ended.value.code == 0
    assert usage in capsys.readouterr().out


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("quickstrat", "no help on 'quickstrat'; did you mean quickstart?"),
        ("dctor", "no help on 'dctor'; did you mean doctor?"),
        ("password", "no help on 'password'; did you mean broker-password?"),
        (
            "mqtt.tls",
            "no help on 'mqtt.tls'; edge config explain mqtt.tls; it is spoken of in broker, security or privacy",
        ),
        ("health", "no help on 'health'; edge config explain health"),
        ("tune tracking", "no help on 'tune tracking'; edge help lists the topics"),
        ("xylophone", "no help on 'xylophone'; edge help lists the topics"),
    ],
)
def test_another_word_is_an_error_that_leads_on(word: str, hint: str, capsys: Output) -> None:
    assert main(["help", *word.split()]) == 2

    assert capsys.readouterr().err == f"edge: {hint}\n"


def test_a_terminal_gets_colours() -> None:
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "40"}
    environment.pop("NO_COLOR", None)
    shown = at_terminal([sys.executable, "-m", "edge.cli.entry", "help", "tune"], environment).stdout

    assert shown.startswith("\x1b[1mSettings")
    assert "\x1b[36m    edge config diff\x1b[0m\r\n" in shown
