"""One file to send to whoever helps, written by root on an installed appliance: no password is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.booted.conftest import Boot

BROKERS, CAMERAS, FORMER = "hush-broker-1", "hush camera/2", "hush-former-3"
SETTINGS = f"""\
[camera]
source = "rtsp://admin:hush%20camera%2F2@127.0.0.1:9/stream"
[mqtt]
username = "edge"
# password = "{FORMER}"
"""


@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_root_writes_a_report_without_passwords(suite: str, boot: Boot) -> None:
    store = {"/etc/credstore/edge.mqtt-password": f"{BROKERS}\n"}
    with boot(suite, files={"/etc/edge/edge.toml": SETTINGS, **store}) as machine:
        machine.ask("chmod", "700", "/etc/credstore")
        machine.ask("systemctl", "start", "mosquitto")
        machine.listen("edge/+/stats")
        machine.run("systemd-cat", "--identifier=edge", "echo", f"not of the unit: {BROKERS}")
        machine.ask("install", "-d", "-o", "nobody", "/srv/folder")
        path = machine.ask("env", "--chdir=/srv/folder", "edge", "report")
        text = machine.ask("cat", f"/srv/folder/{path}")
        assert machine.ask("stat", "--format=%U %a", f"/srv/folder/{path}") == "root 600"
        for password in (BROKERS, CAMERAS, "hush%20camera%2F2", FORMER, "hush"):
            assert password not in text
        sections = text.split("=" * 78 + "\n")
        for heading, words in {
            "Versions": "edge-vision ",
            "doctor finds": "ok       broker.login",
            "Settings": 'source = "rtsp://admin:***@127.0.0.1:9/stream"',
            "Models": "starter-pose (cpu): comes with Edge, verified",
            "Attached devices": "throttling: no firmware",
            "systemd knows": "edge: loaded\n  ActiveState=active",
            "logs": "rtsp://admin:***@127.0.0.1:9/stream",
            "stats message": '"schema": "edge/stats/1"',
            "did not work": "there was none",
            "Disk and memory": "MemAvailable ",
        }.items():
            number = next(number for number, part in enumerate(sections) if number and heading in part)
            assert words in sections[number + 1], heading
        assert "Error:" not in text

        denied = machine.run("runuser", "--user", "nobody", "--", "edge", "report", "--stdout").stdout
        assert "only root and some groups may read the journal; run: sudo edge report" in denied
        assert "hush" not in denied
