"""Rights beyond those of the user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from edge.base.capabilities import may_read_all
from tests.support import open_to_others

ASK = "from edge.base.capabilities import may_read_all; print(may_read_all('CapEff', 'CapPrm'))"


def asked(*rights: str) -> str:
    command = ["setpriv", "--reuid", "nobody", "--clear-groups", *rights, "--", sys.executable, "-c", ASK]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may")
def test_a_user_may_not() -> None:
    assert not may_read_all("CapEff")


@open_to_others
@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can give rights")
def test_a_user_may_where_root_has_given_that_right() -> None:
    if not may_read_all("CapPrm", "CapBnd"):
        pytest.skip("root itself may not read everything here")
    assert asked() == "False"
    assert asked("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search") == "True"
    assert asked("--inh-caps=+net_bind_service", "--ambient-caps=+net_bind_service") == "False"
