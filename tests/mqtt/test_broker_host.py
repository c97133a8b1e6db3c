from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.mqtt.broker_host import checked_host


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("localhost", "localhost"),
        ("broker.lan", "broker.lan"),
        ("broker.lan.", "broker.lan."),
        ("my_broker", "my_broker"),
        ("bröker.lan", "bröker.lan"),
        ("192.168.1.5", "192.168.1.5"),
        ("2024.lan", "2024.lan"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("[fe80::1%eth0]", "fe80::1%eth0"),
        ("::ffff:192.168.1.5", "::ffff:192.168.1.5"),
    ],
)
def test_names_and_addresses_are_hosts(text: str, host: str) -> None:
    assert checked_host(text) == host


@pytest.mark.parametrize("zone", ["\x1b[2J", "eth0\n", "eth 0", "eth0/x", "eth0]", "é"])
def test_the_zone_of_an_address_is_the_name_of_an_interface(zone: str) -> None:
    with pytest.raises(ValueError, match="must be a host"):
        checked_host(f"fe80::1%{zone}")


@pytest.mark.parametrize(
    ("text", "write"),
    [
        ("mqtt://h", 'set mqtt.host = "h"'),
        ("MQTT://h", 'set mqtt.host = "h"'),
        ("mqtt:/h", 'set mqtt.host = "h"'),
        ("tcp://h:1884", 'set mqtt.host = "h" and mqtt.port = 1884'),
        ("mqtts://h", 'set mqtt.host = "h", mqtt.port = 8883 and mqtt.tls = true'),
        ("ssl://h:9999/", 'set mqtt.host = "h", mqtt.port = 9999 and mqtt.tls = true'),
        ("ws://h:9001/mqtt", 'set mqtt.host = "h" and mqtt.port = 9001; of a broker\'s listeners take the one without'),
        ("http://h", 'set mqtt.host = "h"'),
        ("h:1883", 'set mqtt.host = "h" and mqtt.port = 1883'),
        ("h:01883", "mqtt.port = 1883"),
        ("h:", 'set mqtt.host = "h"'),
        ("h:mqtt", "mqtt.port = (1 to 65535)"),
        ("h:99999", "mqtt.port = (1 to 65535)"),
        ("192.168.1.5:1883", 'set mqtt.host = "192.168.1.5" and mqtt.port = 1883'),
        ("[::1]:1883", 'set mqtt.host = "::1" and mqtt.port = 1883'),
        ("mqtt://[fe80::1%eth0]:1883", 'set mqtt.host = "fe80::1%eth0" and mqtt.port = 1883'),
        ("mqtt://::1", 'set mqtt.host = "::1"'),
        ("h/path", 'set mqtt.host = "h"'),
        ("h?x=1", 'set mqtt.host = "h"'),
        ("//h", "must be a host name"),
        (" h", 'set mqtt.host = "h"'),
        ("h\n", 'set mqtt.host = "h"'),
        ('"h"', 'set mqtt.host = "h"'),
        ("joe@h", 'set mqtt.host = "h" and mqtt.username = "joe" (its password in a file, mqtt.password_file)'),
        ("mqtts://joe:s3cr3t@h:8884", 'mqtt.port = 8884, mqtt.tls = true and mqtt.username = "joe"'),
    ],
)
def test_who_wrote_more_than_a_host_is_told_what_to_write(text: str, write: str) -> None:
    with pytest.raises(ValueError, match="must be") as caught:
        checked_host(text)
    assert write in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "a b", "h1,h2", "192.168.1.500", "192.168.1", "1883", "[h]", "[192.168.1.5]", "[::1", "::1]"),
        *("1:2:3", "h:1:2", "broker..lan", "x" * 64 + ".lan", "fe80::1%", "*", "mqtt://", "tcp://:1883", ":1883"),
    ],
)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be a host name or an address, .*mqtt\.port"):
        checked_host(text)


@pytest.mark.no_cover
@given(st.text(max_size=30))
def test_whatever_is_written_is_a_host_or_refused_in_one_line(text: str) -> None:
    with suppress(ValueError):
        assert checked_host(checked_host(text)) == checked_host(text)
        return
    with pytest.raises(ValueError, match=r"\Amust be .*\Z"):
        checked_host(text)
