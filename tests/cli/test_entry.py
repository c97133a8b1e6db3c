"""The first moments of the command: Ctrl-C while its parts are being loaded."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from tests.broker import PATIENCE_S

CODE = "import sys; from edge.cli.entry import main; print('on', flush=True); sys.argv[1:] = {}; sys.exit(main())"


@pytest.mark.parametrize("delay_s", [0.0, 0.05, 0.1, 0.2, 0.3])
def test_ctrl_c_while_loading_says_nothing(delay_s: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CODE.format(["run", "--set", "camera.source=synthetic", "--set", "mqtt.enabled=false"])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay_s)
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)
        assert process.stderr is not None
        said = process.stderr.read()

    assert process.returncode in {-signal.SIGINT, 130}
    assert said == b""


def test_the_command_runs_and_gives_its_status() -> None:
    done = subprocess.run([sys.executable, "-c", CODE.format(["schema", "nothing"])], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"there is no schema 'nothing'" in done.stderr


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    """As under nohup, or in the background of a shell."""
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); " + CODE.format(["--version"])
    kept = code.replace("sys.exit(main())", "\ntry: main()\nfinally: print(signal.getsignal(2) == signal.SIG_IGN)")
    done = subprocess.run([sys.executable, "-c", kept], capture_output=True, check=False, text=True)
    assert done.stdout.splitlines()[-1] == "True"
