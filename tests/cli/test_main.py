"""The command itself: help, versions, errors, exit statuses."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge import __version__
from edge.cli import run, schema
from edge.cli.main import main
from edge.cli.parser import build_parser

if TYPE_CHECKING:
    import argparse


def test_help_names_every_command_and_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(command in text for command in ("run", "infer", "config", "schema"))
    assert "exit status: 0" in text


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])

    assert capsys.readouterr().out == f"edge {__version__}\n"


@pytest.mark.parametrize("argv", [["dance"], ["infer"], ["infer", "dancing", "x.png"]])
def test_wrong_usage_exits_with_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)

    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("run --seconds x", "--seconds: x must be a number of seconds above 0"),
        ("run --seconds 0", "--seconds: 0 must be a number of seconds above 0"),
        ("watch --seconds nan", "--seconds: nan must be a number of seconds above 0"),
        ("watch --json --seconds 1e300", "--seconds: 1e300 must be a number of seconds above 0, at most 1000000000"),
        ("record --frames 1.5", "--frames: 1.5 must be a whole number from 1"),
        ("record --frames 0", "--frames: 0 must be a whole number from 1"),
        ("watch --port 70000", "--port: 70000 must be a whole number from 1 to 65535"),
        ("forget kitchen --port -1", "--port: -1 must be a whole number from 1 to 65535"),
    ],
)
def test_a_number_that_cannot_be_is_told_with_those_that_can(
    capsys: pytest.CaptureFixture[str], line: str, sentence: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(line.split())

    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_what_the_system_refuses_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever nobody has thought of: no number of an error, which is nothing to a person."""
    reads = {"folder": lambda: open("/"), "long": lambda: open("n" * 300)}  # noqa: PTH123, SIM115
    for refused in reads.values():
        monkeypatch.setattr(run, "run", lambda _arguments, refused=refused: refused())
        assert main(["run"]) == 1
    assert capfd.readouterr().err.splitlines() == [
        "edge: /: Is a directory",
        f"edge: {'n' * 300}: File name too long",
    ]


def test_every_command_takes_config_and_set() -> None:
    arguments = build_parser().parse_args(["run", "--config", "x.toml", "--set", "a=1", "--set", "b=2"])

    assert str(arguments.config) == "x.toml"
    assert arguments.overrides == ["a=1", "b=2"]


def test_all_problems_of_the_configuration_come_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["run", "--set", "pose.fitt=1", "--set", "classification.max_results=0"])

    text = capsys.readouterr().err
    assert status == 2
    assert "pose.fitt: unknown key (did you mean pose.fit?)" in text
    assert "classification.max_results = 0" in text
    assert "Traceback" not in text


def test_ctrl_c_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_arguments: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "run", interrupt)

    assert main(["run"]) == 130


def test_a_reader_that_goes_away_is_no_error_worth_a_traceback() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)

    done = subprocess.run(
        [sys.executable, "-m", "edge.cli.entry", "schema", "pose"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write_end)

    assert done.returncode == 1
    assert done.stderr == b""


@pytest.mark.parametrize("option", ["--frames=-1", "--frames=0", "--seconds=-1", "--seconds=nan", "--seconds=soon"])
def test_a_bound_that_makes_no_sense_is_wrong_usage(option: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", option])

    assert ended.value.code == 2


def test_a_full_disk_is_one_sentence() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "edge.cli.entry", "schema", "pose"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(b"edge: ")
    assert b"Traceback" not in done.stderr


def test_modules_of_commands_share_one_shape() -> None:
    assert callable(run.add_parser)
    assert callable(schema.add_parser)
