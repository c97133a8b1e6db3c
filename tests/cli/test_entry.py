"""The first moments of the command: Ctrl-C while its parts are being loaded, and threads that nobody needs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.broker import PATIENCE_S

CODE = "import sys; from edge.cli.entry import main; sys.argv[1:] = {}; sys.exit(main())"
SLOW = """
import sys, time
from edge.cli.entry import main

slow = sys.argv.pop(1)

class Slow:
    def find_spec(self, name, *_):
        if name == slow:
            print("loading", flush=True)
            time.sleep(60)

sys.meta_path.insert(0, Slow())
sys.exit(main())
"""


@pytest.mark.parametrize("module", ["edge.cli.main", "edge.cli.schema", "edge.tasks.schema"])
def test_ctrl_c_while_loading_says_nothing(module: str) -> None:
    command = [sys.executable, "-c", SLOW, module, "schema", "pose"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"loading\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == -signal.SIGINT
    assert said == b""


def test_the_command_runs_and_gives_its_status() -> None:
    done = subprocess.run([sys.executable, "-c", CODE.format(["schema", "nothing"])], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"there is no schema 'nothing'" in done.stderr


def test_what_is_loaded_is_searched_for_garbage_neither_then_nor_later() -> None:
    early = "early = []; gc.callbacks.append(lambda *_: early.append(1) if gc.get_freeze_count() == 0 else None)"
    code = CODE.format(["schema", "pose"]).replace("sys.argv", f"import gc; {early}; sys.argv")
    kept = code.replace("sys.exit(main())", "\ntry: main()\nfinally: print(early, gc.get_freeze_count() > 0)")
    done = subprocess.run([sys.executable, "-c", kept], capture_output=True, check=False, text=True)
    assert done.stdout.splitlines()[-1] == "[] True"


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    """As under nohup, or in the background of a shell."""
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); " + CODE.format(["--version"])
    kept = code.replace("sys.exit(main())", "\ntry: main()\nfinally: print(signal.getsignal(2) == signal.SIG_IGN)")
    done = subprocess.run([sys.executable, "-c", kept], capture_output=True, check=False, text=True)
    assert done.stdout.splitlines()[-1] == "True"


@pytest.mark.parametrize(("given", "kept"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_numpy_has_one_thread_unless_somebody_wants_more(given: dict[str, str], kept: str) -> None:
    code = CODE.format(["--version"]).replace("sys.exit(main())", "\ntry: main()\nfinally: import numpy, os; print({})")
    own = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    tell = code.format("os.environ['OPENBLAS_NUM_THREADS'], len(os.listdir('/proc/self/task'))")
    said = subprocess.check_output([sys.executable, "-c", tell], env=own | given, text=True).splitlines()[-1].split()
    assert said[0] == kept
    assert given or said[1] == "1"
