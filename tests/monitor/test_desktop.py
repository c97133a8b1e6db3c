"""Machines with and without a desktop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.monitor.desktop import boots_to_desktop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A Debian as it is installed: the graphical target is the default, with or without a desktop."""
    (tmp_path / "etc/systemd/system").mkdir(parents=True)
    (tmp_path / "usr/lib/systemd/system").mkdir(parents=True)
    (tmp_path / "usr/lib/systemd/system/default.target").symlink_to("graphical.target")
    return tmp_path


def install_desktop(root: Path) -> None:
    (root / "usr/lib/systemd/system/lightdm.service").touch()
    (root / "etc/systemd/system/display-manager.service").symlink_to(root / "usr/lib/systemd/system/lightdm.service")


def test_a_machine_without_a_display_manager_has_no_desktop(root: Path) -> None:
    assert not boots_to_desktop(root)


def test_a_machine_with_a_display_manager_boots_to_its_desktop(root: Path) -> None:
    install_desktop(root)

    assert boots_to_desktop(root)


def test_one_that_was_told_to_boot_to_the_console_does_not(root: Path) -> None:
    install_desktop(root)

    (root / "etc/systemd/system/default.target").symlink_to("/usr/lib/systemd/system/multi-user.target")

    assert not boots_to_desktop(root)


def test_a_display_manager_that_was_removed_starts_no_desktop(root: Path) -> None:
    install_desktop(root)

    (root / "usr/lib/systemd/system/lightdm.service").unlink()

    assert not boots_to_desktop(root)


def test_a_machine_without_systemd_has_none(tmp_path: Path) -> None:
    assert not boots_to_desktop(tmp_path)
