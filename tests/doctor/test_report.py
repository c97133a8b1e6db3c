from __future__ import annotations

import json

import pytest

from edge.doctor.finding import failed, ok, skipped, warning
from edge.doctor.report import as_json, as_lines, as_text, exit_status

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


def test_what_has_failed_stands_at_the_end_again_with_its_fix() -> None:
    text = as_text(
        [failed("broker.login", "refused", "a password"), *FINDINGS, failed("camera.frame", "hangs", "pull")]
    )
    assert text.splitlines()[-5:] == [
        "1 ok, 1 warning, 2 failed, 1 skipped",
        "failed   broker.login          refused",
        "         fix:                  a password",
        "failed   camera.frame          hangs",
        "         fix:                  pull",
    ]


@pytest.mark.parametrize("width", [80, 60, 40, 10])
def test_no_word_is_broken(width: int) -> None:
    why = "the file /etc/edge/somewhere-far-away/edge.toml says camera.source = v4l2:/dev/video0, but there is none"
    lines = ["".join(text for text, _ in line) for line in as_lines([failed("camera.device", why, why)], width)]
    words = " ".join(" ".join(lines).split())
    assert words.count(why) == 4
    longest = max(len(word) for word in why.split())
    assert all(len(line) <= max(width, 31 + longest) for line in lines)
