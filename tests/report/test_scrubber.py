from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.base.url import MASK
from edge.report.scrubber import Scrubber

PASSWORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=4, max_size=40)
NOTHING_KNOWN = Scrubber(frozenset())


@given(PASSWORDS, st.sampled_from(["{}", "a {} b", "rtsp://u:{}@h/", "{}{}"]))
@example("p\\w'\"d%20", "a {} b")
def test_what_is_known_is_in_no_form_left(password: str, around: str) -> None:
    scrubber = Scrubber(frozenset({password}))
    for written in (password, quote(password, safe=""), json.dumps(password)[1:-1], repr(password)[1:-1]):
        text = scrubber.scrub(around.replace("{}", written))
        assert written not in text.replace(MASK, "")


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://admin:hunter2@hall/1",
        "http://hall/video?token=hunter2&fps=5",
        "cannot open admin:hunter2@hall, says it",
        "rtsp://hall/user=admin_password=hunter2_channel=1",
        "password=hunter2",
        'mqtt_password = "hunter2"',
        "PSK='hunter2'",
        '{"api-key": "hunter2"}',
        "the token:hunter2",
        "--password 'hunter2'",
    ],
)
def test_what_looks_like_a_password_is_masked_though_nobody_knows_it(text: str) -> None:
    scrubbed = NOTHING_KNOWN.scrub(text)
    assert "hunter2" not in scrubbed
    assert MASK in scrubbed


@pytest.mark.parametrize(
    "text",
    [
        'password_file = "/etc/edge/mqtt-password" # /etc/edge/edge.toml:3',
        "the wrong user or password: run sudo edge broker-password",
        "Nov 29 14:20:11 edge[1]: 12 frames/s; fe80::1%eth0",
        'host = "broker.lan"\nport = 1883',
    ],
)
def test_what_helps_stays(text: str) -> None:
    assert NOTHING_KNOWN.scrub(text) == text


def test_hardware_addresses_and_what_controls_a_terminal_are_taken_out() -> None:
    assert NOTHING_KNOWN.scrub("wlan0: dc:a6:32:01:23:ab up\x1b[2J") == f"wlan0: {MASK} up\\x1b[2J"


def test_a_password_of_a_few_letters_does_not_make_a_report_unreadable() -> None:
    assert Scrubber(frozenset({"e", "ed"})).scrub("edge") == "edge"
