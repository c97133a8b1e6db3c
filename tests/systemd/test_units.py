"""The units, as far as they can be judged without booting."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "systemd"
MOST_EXPOSED = {"edge.service": 1.6, "edge-inbox.service": 1.3}


@pytest.fixture(params=MOST_EXPOSED)
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit, with a program in it that is there on every machine."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / str(request.param)
    unit.write_text(re.sub(r"(?m)^ExecStart=.*", "ExecStart=/bin/true", (UNITS / unit.name).read_text()))
    return unit


def test_systemd_has_nothing_to_say_about_it(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_can_do_little_else_than_it_has_to(unit: Path) -> None:
    threshold = round(MOST_EXPOSED[unit.name] * 10)
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={threshold}", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Overall exposure level" in done.stdout
    assert done.returncode == 0, done.stdout
