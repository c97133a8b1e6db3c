"""The ends of the logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance

UNITS = ("edge", "edge-inbox", "edge-first-boot", "edge-update", "edge-package-repair", "edge-package-repair-others")
"""Of Edge and of the appliance around it."""

_COMMAND_S = 6.0
_EMPTY = "-- No entries --"
# Said in a complaint, but not with --quiet.
_DENIED = ("not seeing messages", "insufficient permissions")


def lines(appliance: Appliance) -> Iterator[str]:
    """Of each unit the last ``log_lines``, the oldest first, without the name of the host."""
    for unit in UNITS:
        yield f"{unit}:"
        yield from (f"  {line}" for line in _log(appliance, unit))


def _log(appliance: Appliance, unit: str) -> list[str]:
    options = ("--no-pager", "--no-hostname", "--output=short-iso", f"--lines={appliance.log_lines}")
    done = appliance.system.run(("journalctl", f"--unit={unit}.service", *options), _COMMAND_S)
    if found := [line for line in done.text.splitlines() if line != _EMPTY]:
        return found
    complaint = done.complaint.partition("\n")[0]
    if not appliance.is_root and any(word in done.complaint.lower() for word in _DENIED):
        return ["not available: only root and some groups may read the journal; run: sudo edge report"]
    if done.status != 0 and complaint:
        return [f"not available: {complaint}"]
    advice = "" if appliance.is_root else " that you may read; sudo edge report sees all"
    return [f"nothing{advice}"]
