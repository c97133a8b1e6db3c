"""A service that cannot start says why, becomes quiet, and works as soon as its settings do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.booted.machine import wait_until

if TYPE_CHECKING:
    from tests.booted.conftest import Boot

SETTINGS = "/etc/edge/edge.toml"


def test_starts_that_fail_become_rare_until_somebody_mends_the_settings(boot: Boot) -> None:
    with boot(files={SETTINGS: '[camera]\nsource = "video:/no/such.mp4"\n'}) as machine:
        wait_until(lambda: "starts have failed" in machine.unit("StatusText"), "the status says so")
        assert "/no/such.mp4" in machine.journal("--priority=err")
        machine.ask("systemctl", "start", "mosquitto")
        machine.ask("edge", "config", "set", "camera.source", "synthetic")
        machine.ask("systemctl", "restart", "edge")  # returns at once, although the wait had begun
        assert machine.listen("edge/+/pose")
