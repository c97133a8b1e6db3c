"""A service that ends or hangs is back by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.booted.machine import wait_until

if TYPE_CHECKING:
    from tests.image.appliance import Appliance


@pytest.mark.parametrize("signal", ["KILL", "STOP"])
def test_a_killed_and_a_hung_service_are_back_by_themselves(appliance: Appliance, signal: str) -> None:
    (before,) = appliance.listen("edge/+/pose")
    restarts = int(appliance.unit("NRestarts"))
    appliance.ask(f"sudo systemctl kill --kill-whom=main --signal={signal} edge")
    wait_until(lambda: int(appliance.unit("NRestarts")) > restarts, "it is started again", 600)
    wait_until(lambda: appliance.unit("ActiveState") == "active", "it is back", 600)
    wait_until(lambda: appliance.listen("edge/+/pose")[0]["run_id"] != before["run_id"], "it publishes", 600)
