"""Whether the screen is a desktop's."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path("/")
_ADMINISTRATOR, _VENDOR = "etc/systemd/system", "usr/lib/systemd/system"


def boots_to_desktop(root: Path = _ROOT) -> bool:
    """Whether systemd starts a desktop on this machine.

    Whoever takes the screen first has it, and a service may well be faster than a desktop. On Raspberry Pi OS
    ``raspi-config`` leaves the display manager where it is when it is told to boot to the console, and changes the
    target; Debian's target is the graphical one where there is no display manager at all.
    """
    has_display_manager = (root / _ADMINISTRATOR / "display-manager.service").exists()
    return has_display_manager and _default_target(root) == "graphical.target"


def _default_target(root: Path) -> str:
    links = (root / folder / "default.target" for folder in (_ADMINISTRATOR, _VENDOR))
    return next((link.readlink().name for link in links if link.is_symlink()), "")
