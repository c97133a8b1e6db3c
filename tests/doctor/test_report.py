from __future__ import annotations

import json

from edge.doctor.finding import failed, ok, skipped, warning
from edge.doctor.report import as_json, as_text, exit_status

FINDINGS = [
    ok("system.bits", "64 bit"),
    warning("system.power", "too low", "another supply"),
    skipped("edgetpu.link", "no Coral"),
]


def test_the_text_is_in_groups_with_fixes_and_a_summary() -> None:
    assert as_text(FINDINGS) == (
        "ok       system.bits           64 bit\n"
        "warning  system.power          too low\n"
        "         fix:                  another supply\n"
        "\n"
        "skipped  edgetpu.link          no Coral\n"
        "\n"
        "1 ok, 1 warning, 0 failed, 1 skipped"
    )


def test_the_json_is_a_list_of_the_findings() -> None:
    assert json.loads(as_json(FINDINGS))[1] == {
        "name": "system.power",
        "verdict": "warning",
        "why": "too low",
        "fix": "another supply",
    }


def test_only_what_has_failed_makes_the_status() -> None:
    assert exit_status(FINDINGS) == 0
    assert exit_status([*FINDINGS, failed("broker.login", "refused", "a password")]) == 1
