"""An update that does not work, with the times that an appliance has in use."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.booted import newer_package
from tests.booted.machine import wait_until
from tests.image.appliance import say
from tests.image.versions import NEWER, bring_packages, installed, state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.image.appliance import Appliance

LIMIT_S = 600.0


def test_the_version_before_is_back_within_ten_minutes_and_it_is_said_why(appliance: Appliance, tmp_path: Path) -> None:
    before = installed(appliance)
    _, old = before.split()
    wait_until(lambda: state(appliance, "update.json").get("good") == old, "the version of the image has worked", 900)
    bring_packages(appliance, tmp_path, "fails")
    began_s = time.monotonic()
    appliance.run(f"sudo apt-get --yes install {NEWER}", check=False, timeout_s=LIMIT_S)
    wait_until(lambda: installed(appliance) == before and appliance.is_publishing(), "the old version is back", LIMIT_S)
    passed_s = time.monotonic() - began_s
    say(f"from the start of the update to a pose message of the version before {passed_s:.0f} s")
    assert passed_s < LIMIT_S
    record = state(appliance, "rolled-back.json")
    assert record["restored"] == old
    assert record["version"].startswith(newer_package.NEWER)
    assert "the camera of tomorrow is missing" in record["log"]
    wait_until(
        lambda: str(appliance.listen("edge/+/stats")[0]["update_error"]).startswith(newer_package.NEWER),
        "its stats say it",
        LIMIT_S,
    )
