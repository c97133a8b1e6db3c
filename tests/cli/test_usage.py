"""Words that a command does not take: its own usage, and the option they were meant for."""

from __future__ import annotations

import pytest

from edge.cli.main import main

Output = pytest.CaptureFixture[str]


def said(line: str, capsys: Output) -> str:
    with pytest.raises(SystemExit) as ended:
        main(line.split())
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("run edge.toml", "--config edge.toml"),
        ("demo ./my/edge.toml", "--config ./my/edge.toml"),
        ("config check /tmp/edge.toml", "--config /tmp/edge.toml"),
        ("config get edge.toml pose.fit", "--config edge.toml"),
        ("config set edge.toml pose.fit stretch", "--config edge.toml"),
        ("doctor --set mqtt.port=1884 edge.toml", "--config edge.toml"),
        ("snapshot aim.jpg", "--output aim.jpg"),
        ("record walk.jsonl", "--output walk.jsonl"),
        ("run walk.mp4", "--set camera.source=video:walk.mp4"),
        ("run rtsp://cam.lan/1", "--set camera.source=rtsp://cam.lan/1"),
        ("run /dev/video2", "--set camera.source=v4l2:/dev/video2"),
        ("run pose.fit=stretch", "--set pose.fit=stretch"),
    ],
)
def test_what_it_was_meant_for_is_said(line: str, option: str, capsys: Output) -> None:
    assert said(line, capsys).endswith(f": {option}\n")


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("run extra", "edge run"),
        ("config check extra", "edge config check"),
        ("models list --jsno", "edge models list"),
        ("watch --prot 1", "edge watch"),
        ("reload now", "edge reload"),
        ("--verbose run", "edge"),
    ],
)
def test_the_usage_is_that_of_the_command(line: str, command: str, capsys: Output) -> None:
    text = said(line, capsys)
    assert text.startswith(f"usage: {command} [-h]")
    assert f"\n{command}: error: unrecognized arguments: " in text


def test_a_password_is_not_said_again(capsys: Output) -> None:
    assert "secret" not in said("run rtsp://me:secret@cam.lan/1", capsys)


def test_a_file_that_was_named_rightly_is_not_what_is_wrong(capsys: Output) -> None:
    assert said("run --config edge.toml extra", capsys).endswith("unrecognized arguments: extra\n")


@pytest.mark.parametrize(
    ("line", "listed"),
    [("", ("run ", "watch ", "snapshot ")), ("config", ("explain ", "set ")), ("models", ("pull ", "verify "))],
)
def test_alone_it_lists_what_there_is(line: str, listed: tuple[str, ...], capsys: Output) -> None:
    assert main(line.split()) == 2
    text = capsys.readouterr().out
    assert all(f"\n    {name}" in text for name in listed)
