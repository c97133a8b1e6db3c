"""Which of a monitor's modes is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.monitor.kms import abi

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_WIDTH_PX, MAX_HEIGHT_PX = 1920, 1080
MIN_WIDTH_PX, MIN_HEIGHT_PX = 1024, 576
MIN_RATE_HZ = 24
USUAL_RATE_HZ = 60


def choose_mode(modes: Sequence[abi.ModeInfo]) -> abi.ModeInfo | None:
    """The mode for a picture of an appliance: its monitor's own, but Full HD at most; None where there are none.

    A mode that somebody has given on the kernel's command line (``video=HDMI-A-1:1280x720@60``) comes before all
    others. A larger picture would cost four times the work, and a cable or an adapter may fail to carry it; it is used
    all the same where a monitor has nothing else but what every one has to begin with. Half pictures (interlaced) and
    doubled lines are left out.
    """
    given = [mode for mode in modes if mode.type & abi.MODE_BY_COMMAND_LINE]
    if given:
        return given[0]
    whole = [mode for mode in modes if not mode.flags & (abi.MODE_INTERLACED | abi.MODE_DOUBLE_SCAN)] or modes
    return max((mode for mode in whole if _fits(mode)), key=_worth, default=_preferred(whole))


def mode_name(mode: abi.ModeInfo) -> str:
    """A mode for people, as ``1920x1080 at 60 Hz``."""
    return f"{mode.hdisplay}x{mode.vdisplay} at {mode.vrefresh} Hz"


def _fits(mode: abi.ModeInfo) -> bool:
    """Whether a mode is of a good size, or the monitor's own however small, as that of a little panel is."""
    is_small = mode.hdisplay < MIN_WIDTH_PX or mode.vdisplay < MIN_HEIGHT_PX
    is_large = mode.hdisplay > MAX_WIDTH_PX or mode.vdisplay > MAX_HEIGHT_PX
    is_own = mode.type & abi.MODE_PREFERRED
    return not is_large and mode.vrefresh >= MIN_RATE_HZ and bool(is_own or not is_small)


def _worth(mode: abi.ModeInfo) -> tuple[bool, int, int]:
    return (
        bool(mode.type & abi.MODE_PREFERRED),
        mode.hdisplay * mode.vdisplay,
        -abs(mode.vrefresh - USUAL_RATE_HZ),
    )


def _preferred(modes: Sequence[abi.ModeInfo]) -> abi.ModeInfo | None:
    """The kernel lists the best first."""
    return next((mode for mode in modes if mode.type & abi.MODE_PREFERRED), modes[0] if modes else None)
