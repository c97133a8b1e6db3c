"""A machine on which what apt or the extra ``desktop`` brings is missing."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from edge.cli.parser import COMMANDS
from tests.support import ROOT
from tests.trace.samples import frame, lines, seen, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HIDING = """
import sys

hidden = set(sys.argv.pop(1).split(","))

class Hiding:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hiding())
"""
EDGE = f"{HIDING}\nfrom edge.cli.entry import main\nsys.exit(main())"
ALL = f"""{HIDING}
from edge.cli.parser import COMMANDS, load_command
for name in COMMANDS:
    try:
        load_command(name)
    except Exception as error:
        print(name, error, sep=": ")
"""
NEED_PICTURES = {"bench", "demo", "evaluate", "run", "infer", "snapshot", "record"}


def python(code: str, hidden: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, hidden, *words], capture_output=True, text=True, check=False)


def test_each_command_works_or_says_what_to_install() -> None:
    told = dict(line.split(": ", 1) for line in python(ALL, "av,cv2").stdout.splitlines())
    assert told.keys() == NEED_PICTURES
    for sentence in told.values():
        assert "pip install 'edge-vision[desktop]'" in sentence
        assert "sudo apt install python3-av python3-opencv python3-pil" in sentence
    assert COMMANDS.keys() > NEED_PICTURES


@pytest.mark.parametrize(
    ("hidden", "words", "package"),
    [
        ("av", ["infer", "pose", "x.jpg"], "PyAV"),
        ("cv2", ["infer", "pose", "x.jpg"], "OpenCV"),
        ("cv2", ["run"], "OpenCV"),
        ("av", ["run", "--set", "camera.source=video:x.mp4"], "PyAV"),
        ("av,cv2,PIL", ["help", "infer"], ""),
    ],
)
def test_it_is_one_sentence(hidden: str, words: Sequence[str], package: str) -> None:
    done = python(EDGE, hidden, *words)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"edge: {package}")
    assert "which this needs, is not installed (No module named" in line


def test_a_replay_needs_none_of_them(tmp_path: Path) -> None:
    trace = write(tmp_path / "trace.jsonl", lines(frame(0), seen(0)))
    done = python(EDGE, "av,cv2,PIL", "replay", str(trace), "--json")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["categories"][0]["category_name"] == "dog"


def test_pip_alone_brings_them_but_on_the_pi() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extra = project["optional-dependencies"]["desktop"]
    condition = "sys_platform != 'linux' or platform_machine != 'aarch64'"
    assert [f"{one}; {condition}" for one in extra] == [one for one in project["dependencies"] if ";" in one]
