"""docs/flash.md names files, commands and settings that there are."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import yaml

from edge.config.load import load
from edge.doctor.examine import CHECKS
from edge.settings import SCHEMA
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs/flash.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_the_settings_for_the_card_are_settings(tmp_path: Path) -> None:
    (block,) = blocks("toml")
    (tmp_path / "edge.toml").write_text(block)

    assert load(SCHEMA, tmp_path / "edge.toml")
    assert tomllib.loads(block)["camera"]["source"].startswith("rtsp://")


def test_what_cloud_init_is_given_is_yaml_of_the_right_kind() -> None:
    user_data, network = blocks("yaml")

    assert user_data.startswith("#cloud-config\n"), "without this line cloud-init reads nothing of it"
    assert yaml.safe_load(user_data)["ssh_authorized_keys"][0].startswith("ssh-ed25519 ")
    wifi = yaml.safe_load(network)["network"]["wifis"]["wlan0"]
    assert wifi["regulatory-domain"] == "DE", "a text; a bare NO would be false"
    assert [*wifi["access-points"].values()] == [{"password": "its password"}]


def test_what_is_linked_and_named_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", TEXT):
        assert target.startswith("https://") or (PAGE.parent / target).exists(), target
    headings = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings
    assert "system.first_boot" in {check.name for check in CHECKS}
    for path in re.findall(r"`((?:tests|deploy)/[\w/.-]+)`", TEXT):
        assert (ROOT / path).exists(), path
