"""Child processes run nothing that lies in the current folder, and none stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge.base.child import module_command, program_command, running_child, what_happened
from tests.broker import wait_until
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
    text = "import subprocess; from edge.base.child import module_command as of; subprocess.run(of('json.tool'))"
    subprocess.run([sys.executable, "-I", "-c", text], cwd=trap, env=environment, input=b"[]", check=True)
    assert not (trap / "mark").exists()


def test_the_trap_works(trap: Path) -> None:
    start([sys.executable, "-m", "json"], trap)
    assert (trap / "mark").exists()


def test_a_module_of_ours_is_started_with_its_words(trap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(trap)
    command = module_command("json.tool", "--compact")
    pipe = subprocess.PIPE
    with running_child(command, stdin=pipe, stdout=pipe) as child:
        assert child.communicate(b"[1, 2]", timeout=60)[0] == b"[1,2]\n"
    assert not (trap / "mark").exists()


@pytest.fixture
def stubborn(tmp_path: Path) -> list[str]:
    """A program that does not end when it is asked to, and has started another."""
    program = tmp_path / "stubborn"
    program.write_text("#!/bin/sh\ntrap '' TERM\nsleep 60 & echo $!\nwait; wait; sleep 60\n")
    program.chmod(0o755)
    return [str(program)]


def has_ended(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline")  # of one that has ended, and nobody has asked after: empty
    return not (command.exists() and command.read_text())


@pytest.mark.parametrize("stop_s", [0.0, 0.2])
def test_one_that_does_not_end_is_killed_with_all_it_has_started(stubborn: list[str], stop_s: float) -> None:
    with running_child(stubborn, stop_s=stop_s, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        started = int(child.stdout.readline())
    assert child.returncode == -signal.SIGKILL
    assert child.stdout.closed
    wait_until(lambda: has_ended(started), "what it has started has ended")


@pytest.mark.parametrize(("end", "stop_s"), [("exit 0", 0.0), ("wait", 60.0), ("kill -9 $$", 0.0)])
def test_what_one_has_started_ends_with_the_block_also_where_itself_has_ended_before(end: str, stop_s: float) -> None:
    with running_child(["sh", "-c", f"sleep 60 & echo $!; {end}"], stop_s=stop_s, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        started = int(child.stdout.readline())
        if not stop_s:
            wait_until(lambda: has_ended(child.pid), "it has ended, and nobody has asked after it")
    assert child.returncode is not None
    wait_until(lambda: has_ended(started), "what it has started has ended")


def test_one_that_ends_when_it_is_asked_to_is_not_killed() -> None:
    with running_child(["sleep", "60"], stop_s=60) as child:
        pass
    assert child.returncode == -signal.SIGTERM


def test_one_that_has_ended_is_only_asked_how() -> None:
    with running_child(["sh", "-c", "exit 3"]) as child:
        child.wait(60)
    assert child.returncode == 3


def test_it_is_ended_when_the_block_fails() -> None:
    with pytest.raises(KeyError), running_child(["sleep", "60"]) as child:
        raise KeyError
    assert child.returncode == -signal.SIGKILL


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(FileNotFoundError), running_child(["/nowhere/program"]):
        pass


def test_ctrl_c_at_the_terminal_does_not_reach_it() -> None:
    with running_child(["sleep", "60"]) as child:
        assert os.getsid(child.pid) == child.pid


def test_a_program_ends_when_its_parent_is_killed() -> None:
    code = (
        "from edge.base.child import program_command, running_child\n"
        "with running_child(program_command('/bin/sleep', '60')) as child: print(child.pid, flush=True); child.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        wait_until(lambda: "sleep" in Path(f"/proc/{child}/comm").read_text(), "the program runs")
        parent.kill()
    wait_until(lambda: has_ended(child), "the program has ended")


def test_a_child_whose_parent_has_gone_already_does_not_start() -> None:
    command = program_command("/bin/echo", "on")
    command[command.index(str(os.getpid()))] = "1"
    ended = subprocess.run(command, check=False, capture_output=True)
    assert (ended.returncode, ended.stdout) == (1, b"")


def test_a_sentence_says_what_happened_where() -> None:
    with pytest.raises(ValueError) as raised:
        [0].index(1)
    assert re.fullmatch(r"ValueError: 1 is not in list \(test_child\.py, line \d+\)", what_happened(raised.value))
