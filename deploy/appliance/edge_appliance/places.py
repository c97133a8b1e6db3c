"""Where things lie on the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """Files of the machine whose root file system is at ``root``."""

    root: Path = Path("/")

    @property
    def machine_id(self) -> Path:
        """Made by systemd at the first boot; no two machines have the same."""
        return self.root / "etc/machine-id"

    @property
    def hosts(self) -> Path:
        """Names that need no network, the machine's own among them."""
        return self.root / "etc/hosts"

    @property
    def edge_settings(self) -> Path:
        """The settings of Edge."""
        return self.root / "etc/edge/edge.toml"

    @property
    def credential(self) -> Path:
        """The password that systemd hands to Edge."""
        return self.root / "etc/credstore/edge.mqtt-password"

    @property
    def mosquitto(self) -> Path:
        """The folder of the broker's settings."""
        return self.root / "etc/mosquitto"

    @property
    def broker_settings(self) -> Path:
        """Our settings of the broker; docs/broker.md has people put theirs in the same place."""
        return self.mosquitto / "conf.d/edge.conf"

    @property
    def broker_passwords(self) -> Path:
        """The broker's users, with hashes of their passwords."""
        return self.mosquitto / "passwords"

    @property
    def announcement(self) -> Path:
        """What avahi tells the network of the broker."""
        return self.root / "etc/avahi/services/edge-mqtt.service"

    @property
    def boot_partition(self) -> Path:
        """What a laptop sees of the card."""
        return self.root / "boot/firmware"

    @property
    def run(self) -> Path:
        """Gone with the next boot."""
        return self.root / "run/edge-appliance"

    @property
    def shown_login(self) -> Path:
        """Two lines, user and password, which Edge shows on a monitor."""
        return self.run / "login"

    @property
    def shown_issue(self) -> Path:
        """What the console shows of the login; /etc/issue.d/edge.login.issue leads there."""
        return self.run / "issue"
