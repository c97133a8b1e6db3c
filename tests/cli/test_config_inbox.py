"""``edge config inbox`` as the boot runs it: as a process, on a card that somebody has had in a laptop."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge.cli import config
from edge.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The boot partition; ``etc`` of the current directory stands for /etc/edge."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "etc").mkdir()
    monkeypatch.setattr(config, "DEFAULT_FILE", tmp_path / "etc" / "edge.toml")
    boot = tmp_path / "boot"
    boot.mkdir()
    return boot


def edge_config_inbox(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge.cli.entry", "config", "inbox", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_card_is_tuned_wrongly_then_rightly(boot: Path, tmp_path: Path) -> None:
    mine = tmp_path / "etc" / "edge.toml"
    mine.write_text("[mqtt]\nhost = 'nas' # upstairs\n")
    card = boot / "edge.toml"
    card.write_bytes(b"\xef\xbb\xbf[pose]\r\nfit = stretch\r\n")

    wrong = edge_config_inbox(card, "--config", mine)

    assert wrong.returncode == 2
    assert f"edge: {card}:2: is not TOML; text needs quotes" in wrong.stderr
    assert (boot / "edge.toml.errors.txt").read_bytes().decode("utf-8-sig").split("\r\n") == [
        "edge.toml cannot be used:",
        "",
        'edge.toml:2: is not TOML; text needs quotes (did you mean fit = "stretch"?)',
        "",
        "Nothing has been changed: the device runs with the settings it had.",
        "What to do: correct edge.toml on this card, save it, put the card back and start the device.",
        "This file goes away by itself once all is right.",
        "",
    ]
    assert mine.read_text() == "[mqtt]\nhost = 'nas' # upstairs\n"

    card.write_bytes(b'\xef\xbb\xbf[pose]\r\nfit = "stretch"\r\n')
    right = edge_config_inbox(card, "--config", mine)

    assert (right.returncode, right.stderr) == (0, "")
    assert right.stdout.splitlines() == [
        f'{mine}: pose.fit = "stretch"',
        f"{card}: taken over, in force when Edge starts next; now edge.toml.applied",
    ]
    assert mine.read_text() == "[mqtt]\nhost = 'nas' # upstairs\n\n[pose]\nfit = \"stretch\"\n"
    assert [path.name for path in boot.iterdir()] == ["edge.toml.applied"]


def test_it_says_what_it_made_of_a_file_with_a_hidden_ending_and_of_a_broken_configuration(
    boot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "etc" / "edge.toml"
    mine.write_text("[poze]\n[mqtt]\nhost = 'nas'\n")
    (boot / "edge.toml.txt").write_text("[mqtt]\nport = 1884\n")
    assert main(["config", "inbox", str(boot / "edge.toml")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{boot}/edge.toml.txt: taken for edge.toml; Windows hides the ending .txt",
        f"{mine}: was wrong; kept as {mine}.broken, and what was right of it stays in force",
        f"{mine}: mqtt.port = 1884",
        f"{boot}/edge.toml.txt: taken over, in force when Edge starts next; now edge.toml.applied",
    ]


def test_an_empty_inbox_is_fine(boot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "inbox", str(boot / "edge.toml")]) == 0
    assert capsys.readouterr().out == f"{boot}/edge.toml: nothing waits there\n"


def test_a_file_that_cannot_be_put_away_is_a_failure_of_the_unit(
    boot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (boot / "edge.toml").write_text("[mqtt]\nport = 1884\n")
    (boot / "edge.toml.applied").mkdir()
    assert main(["config", "inbox", str(boot / "edge.toml")]) == 1
    assert "so will be merged again at every start" in capsys.readouterr().err
    assert (tmp_path / "etc" / "edge.toml").read_text() == "[mqtt]\nport = 1884\n"


def test_a_key_for_one_run_makes_no_sense(boot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "inbox", str(boot / "edge.toml"), "--set", "mqtt.port=1"]) == 2
    assert "--set changes nothing in the file" in capsys.readouterr().err
