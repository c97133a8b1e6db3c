"""Left alone without a broker and a camera: it stays up, says what it lacks, and works as soon as both are there."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.booted.machine import wait_until

if TYPE_CHECKING:
    from tests.booted.conftest import Boot

ALONE_S = float(os.environ.get("EDGE_ALONE_S", "300"))


@pytest.mark.timeout(ALONE_S + 300)
def test_it_waits_for_broker_and_camera_and_works_when_both_appear(boot: Boot) -> None:
    with boot(stand_ins="camera") as machine:
        machine.ask("mkdir", "--parents", "/run/edge-test")
        time.sleep(ALONE_S)
        assert machine.unit("ActiveState") == "active"
        assert machine.unit("NRestarts") == "0"
        said = machine.unit("StatusText")
        assert "no camera: " in said
        assert "no broker: " in said
        process = machine.unit("MainPID")
        machine.ask("systemctl", "start", "mosquitto")
        machine.ask("touch", "/run/edge-test/camera")
        assert machine.listen("edge/+/pose", count=30, limit_s=120)
        wait_until(lambda: machine.unit("StatusText").startswith("pose "), "all is well")
        assert (machine.unit("MainPID"), machine.unit("NRestarts")) == (process, "0")
        lines = machine.journal().splitlines()
        assert len(lines) < ALONE_S, "it does not fill the log with what it lacks"
