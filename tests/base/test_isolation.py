"""Nothing that lies in the current folder is run, whatever command is started there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from edge.base.isolation import FOLDER, module_command
from tests.cli.toys import clip_file, colour_model

PLANTED = ("edge/__init__.py", "json.py", "signal.py", "argparse.py", "cv2.py", "numpy/__init__.py", "sitecustomize.py")
"""What Python would find first, were the current folder looked into: our package, the standard library's, others'."""
COMMANDS = [
    ["doctor"],
    ["demo", "--no-tui", "--seconds", "1", "--output", "out"],
    ["run", "--frames", "2", "--set", "camera.source=video:clip.mp4", "--set", "mqtt.enabled=false"],
    ["infer", "classification", "clip.mp4", "--model", "toy.tflite"],
    ["watch", "--port", "1"],
    ["record", "--help"],
    ["replay", "none.jsonl"],
    ["config", "check"],
    ["models", "list"],
    ["schema", "pose"],
    ["help"],
]


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder full of modules that leave a mark when they are run, beside a clip and a model."""
    for name in PLANTED:
        module = tmp_path / name
        module.parent.mkdir(exist_ok=True)
        module.write_text(f"import os\nos.close(os.open({str(tmp_path / 'mark')!r}, os.O_CREAT))\n")
    clip_file(tmp_path / "clip.mp4", frames=3)
    colour_model(tmp_path).rename(tmp_path / "toy.tflite")
    return tmp_path


def start(command: list[str], folder: Path) -> None:
    environment = {**os.environ, "HOME": str(folder), "PYTHONPATH": ""}
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: str(words[0]))
def test_no_command_runs_what_lies_in_the_current_folder(trap: Path, command: list[str]) -> None:
    start([str(Path(sys.executable).with_name("edge")), *command], trap)
    assert not (trap / "mark").exists()


def test_an_isolated_python_starts_isolated_ones(trap: Path) -> None:
    # An empty part of PYTHONPATH, as ~/.bashrc easily makes one, means the current folder.
    environment = {**os.environ, "PYTHONPATH": f":{trap}"}
    text = "import subprocess; from edge.base.isolation import module_command as of; subprocess.run(of('json.tool'))"
    subprocess.run([sys.executable, "-I", "-c", text], cwd=trap, env=environment, input=b"[]", check=True)
    assert not (trap / "mark").exists()


def test_the_trap_works(trap: Path) -> None:
    start([sys.executable, "-m", "json"], trap)
    assert (trap / "mark").exists()


def test_a_module_of_ours_is_started_with_its_words(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('planted')")
    command = module_command("json.tool", "--compact")
    done = subprocess.run(command, cwd=FOLDER, input=b"[1, 2]", capture_output=True, check=True)
    assert done.stdout == b"[1,2]\n"
