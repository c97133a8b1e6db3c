"""Whether a script of a shell is sound."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def check_script(path: Path, shell: str = "sh") -> None:
    """Have its shell and shellcheck read it; skips the rest of the running test where there is no shellcheck.

    Raises:
        AssertionError: one of them has something to say.
    """
    read = subprocess.run([shell, "-n", path], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed; only the syntax was checked")
    checked = subprocess.run(
        ["shellcheck", "--external-sources", path], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (checked.returncode, checked.stdout) == (0, "")
