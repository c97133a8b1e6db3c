"""What systemd knows of the units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.report.appliance import UnavailableError
from edge.report.sections.logs import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance

# Neither the environment nor the command line: people write passwords into them.
_PROPERTIES = (
    *("ActiveState", "SubState", "UnitFileState", "Result", "NRestarts", "ExecMainCode", "ExecMainStatus"),
    *("StatusText", "ActiveEnterTimestamp", "InactiveEnterTimestamp", "MemoryCurrent", "CPUUsageNSec"),
    *("FragmentPath", "DropInPaths"),
)
_FIRST = "LoadState"


def lines(appliance: Appliance) -> Iterator[str]:
    """Edge's units, those of the appliance around it, and the broker's."""
    if not appliance.system.has_systemd:
        raise UnavailableError("this machine was not started by systemd")
    for unit in (*UNITS, "mosquitto"):
        asked = ("systemctl", "show", f"{unit}.service", f"--property={','.join((_FIRST, *_PROPERTIES))}")
        given = dict(line.partition("=")[::2] for line in appliance.output(asked).splitlines())
        if given.get(_FIRST) == "not-found":
            yield f"{unit}: not installed"
            continue
        yield f"{unit}: {given.get(_FIRST, '')}"
        yield from (f"  {name}={given[name]}" for name in _PROPERTIES if given.get(name))
