"""The ends of the logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance

UNITS = ("edge", "edge-inbox", "edge-first-boot", "edge-update", "edge-package-repair")
"""Of Edge and of the appliance around it."""

_COMMAND_S = 6.0
_LONGEST_LINE = 1000
_DENIED = ("not seeing messages", "insufficient permissions")


def lines(appliance: Appliance) -> Iterator[str]:
    """Of each unit the last ``log_lines``, the oldest first, without the name of the host."""
    for unit in UNITS:
        yield f"{unit}:"
        yield from (f"  {line[:_LONGEST_LINE]}" for line in _log(appliance, unit))


def _log(appliance: Appliance, unit: str) -> list[str]:
    options = ("--no-pager", "--no-hostname", "--quiet", "--output=short-iso", f"--lines={appliance.log_lines}")
    done = appliance.system.run(("journalctl", f"--unit={unit}.service", *options), _COMMAND_S)
    if done.text:
        return done.text.splitlines()
    complaint = done.complaint.partition("\n")[0]
    if not appliance.is_root and any(word in done.complaint.lower() for word in _DENIED):
        return ["not available: only root and some groups may read the journal; run: sudo edge report"]
    if done.status != 0 and complaint:
        return [f"not available: {complaint}"]
    advice = "" if appliance.is_root else " that you may read; sudo edge report sees all"
    return [f"nothing{advice}"]
