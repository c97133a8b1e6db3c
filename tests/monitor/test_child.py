"""The process that draws keeps out of the way, and ends with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge.monitor.displays import drawing
from edge.monitor.screen_process import running_screen
from tests.broker import wait_until
from tests.monitor.given import children
from tests.monitor.x11 import skip_without_windows


@pytest.fixture(autouse=True)
def dummy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows that nobody sees."""
    skip_without_windows()
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


def test_it_is_nice_and_the_first_to_go_where_memory_runs_out() -> None:
    before = children()
    with running_screen(drawing("window", "kitchen")) as process:
        wait_until(lambda: process.receive(0.1), "it is ready")
        (pid,) = children() - before
        assert os.getpriority(os.PRIO_PROCESS, pid) == 10
        autogroup = Path(f"/proc/{pid}/autogroup")  # not every kernel has it
        assert not autogroup.exists() or autogroup.read_text().endswith("nice 10\n")
        assert Path(f"/proc/{pid}/oom_score_adj").read_text().strip() == "500"


def test_ctrl_c_is_not_its_business() -> None:
    before = children()
    with running_screen(drawing("window", "kitchen")) as process:
        wait_until(lambda: process.receive(0.1), "it is ready")
        (pid,) = children() - before
        os.kill(pid, signal.SIGINT)
        process.give("sleep")
        wait_until(lambda: process.receive(0.1), "it goes on")


def test_it_ends_when_its_parent_is_killed() -> None:
    code = (
        "import os, pathlib, time\n"
        "from edge.monitor.displays import drawing\n"
        "from edge.monitor.screen_process import running_screen\n"
        "with running_screen(drawing('window', 'kitchen')) as process:\n"
        "    while process.receive(0.1) is None: pass\n"
        "    print(pathlib.Path(f'/proc/self/task/{os.getpid()}/children').read_text(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    wait_until(lambda: not Path(f"/proc/{child}").exists(), "it has ended")


def test_it_says_what_to_install_where_windows_are_missing() -> None:
    code = (
        "import sys\n"
        "sys.modules['pygame'] = None\n"
        "from edge.monitor.child import open_screen\n"
        "open_screen('window', 'kitchen')\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ScreenError: a window needs pygame: install python3-pygame" in ended.stderr
