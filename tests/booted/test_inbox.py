"""Settings that somebody has put on the boot partition with a laptop, and then started the appliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.booted.conftest import Boot

CARD = "/boot/firmware/edge.toml"
SETTINGS = "/etc/edge/edge.toml"
OLD = '# mine\n[device]\nid = "attic"\n\n[pose]\nmax_people = 2\n'


@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_the_settings_of_the_card_are_in_force_at_the_first_start(boot: Boot, suite: str) -> None:
    card = '[device]\r\nid = "kitchen"\r\n\r\n[camera]\r\nsource = "synthetic"\r\n'
    with boot(suite, files={CARD: card, SETTINGS: OLD}) as machine:
        machine.ask("systemctl", "start", "mosquitto")
        (pose,) = machine.listen("edge/+/pose")
        assert pose["device"] == "kitchen"
        assert machine.unit("NRestarts") == "0"
        assert machine.path(f"{CARD}.applied").exists()
        assert not machine.path(CARD).exists()
        kept = machine.path(SETTINGS).read_text()
        assert kept.startswith("# mine\n")
        assert "max_people = 2" in kept


def test_a_wrong_card_is_told_of_and_changes_nothing(boot: Boot) -> None:
    with boot(files={CARD: '[device]\nid = "kitchen"\n[pose]\nmax_people = 20\n', SETTINGS: OLD}) as machine:
        assert machine.unit("ActiveState", "edge-inbox") == "failed"
        assert machine.unit("ActiveState") == "active"
        assert machine.path(SETTINGS).read_text() == OLD
        assert machine.path(CARD).exists()
        errors = machine.path(f"{CARD}.errors.txt").read_text()
        assert "edge.toml:4: pose.max_people = 20" in errors
        doctor = machine.run("edge", "doctor", check=False).stdout
        assert "warning  configuration.inbox" in doctor
        machine.path(CARD).write_text('[device]\nid = "kitchen"\n[pose]\nmax_people = 3\n')
        machine.ask("systemctl", "restart", "edge-inbox")
        assert not machine.path(f"{CARD}.errors.txt").exists()
        assert "max_people = 3" in machine.path(SETTINGS).read_text()


def test_the_journal_has_fields_to_search_by(boot: Boot) -> None:
    with boot(files={SETTINGS: OLD}) as machine:
        assert "running" in machine.journal("EDGE_DEVICE=attic")
        assert "fallback" not in machine.journal("--priority=err")
        assert machine.journal("LOGGER=edge.daemon.build", "--priority=warning")
