"""What the doctor finds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edge.doctor.examine import CHECKS, examine
from edge.doctor.report import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.report.appliance import Appliance

_LONGEST_S = 20.0
"""A report is not kept waiting for the firmware of a Coral that nobody has used yet; ``edge doctor`` waits."""


def lines(appliance: Appliance) -> Iterator[str]:
    """All checks, as ``edge doctor`` prints them."""
    checks = [replace(check, limit_s=min(check.limit_s, _LONGEST_S)) for check in CHECKS]
    yield from as_text(examine(appliance.subject, checks)).splitlines()
