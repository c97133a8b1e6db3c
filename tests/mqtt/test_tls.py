from __future__ import annotations

import logging
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from edge.base.backoff import Backoff
from edge.errors import ConfigError
from edge.mqtt.connection import RetryPolicy
from edge.mqtt.publisher import Publisher
from edge.mqtt.settings import MqttSettings
from edge.mqtt.tls import read_tls
from tests.broker import Broker, wait_until
from tests.mqtt.certificates import Authority, Certificate
from tests.mqtt.running import running
from tests.mqtt.samples import RUN_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def encrypted(folder: Path, own: Certificate, *options: str) -> Iterator[MqttSettings]:
    """A broker that speaks TLS only, and settings that lead to it."""
    with Broker(folder, options=(f"certfile {own.cert}", f"keyfile {own.key}", *options)) as broker:
        yield MqttSettings(host="localhost", port=broker.port, tls=True)


def publishing(settings: MqttSettings, slow: Backoff | None = None) -> AbstractContextManager[Publisher]:
    quick = Backoff(first_s=0.05, longest_s=0.1)
    return running(Publisher(settings, "pi", RUN_ID, retry_policy=RetryPolicy(quick, slow or quick)))


def wait_connected(publisher: Publisher) -> None:
    wait_until(lambda: publisher.status().connected, "connected")


def test_a_broker_that_is_who_it_says_is_trusted(tmp_path: Path, authority: Authority) -> None:
    with encrypted(tmp_path, authority.issue("broker")) as settings:
        for host in ("localhost", "127.0.0.1"):
            with publishing(replace(settings, host=host, ca_file=str(authority.cert))) as publisher:
                wait_until(lambda: publisher.status().connected, "connected")  # waits here


@dataclass(frozen=True)
class Fault:
    """What is wrong with a broker's certificate, and what we say of it."""

    said: str
    names: str = "DNS:localhost"
    days: int = 2
    trusted: str = "authority"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(r"its certificate does not come from \S+/stranger\.pem \(.+\); set mqtt\.ca_file", trusted="stranger"),
        Fault(r"its certificate has expired; renew it on the broker", days=-1),
        Fault(r"its certificate is not for localhost; set mqtt\.host", names="DNS:other.lan"),
    ],
    ids=["wrong authority", "expired", "wrong host name"],
)
def test_a_broker_that_is_not_is_refused_in_one_sentence_and_retried_slowly(
    tmp_path: Path, authority: Authority, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    trusted = {"authority": authority, "stranger": Authority(tmp_path, "stranger")}[fault.trusted]
    certificate = authority.issue("broker", fault.names, days=fault.days)
    slow, attempts = counting_backoff()
    with encrypted(tmp_path, certificate) as settings, caplog.at_level(logging.DEBUG, "edge"):
        with publishing(replace(settings, ca_file=str(trusted.cert)), slow) as publisher:
            wait_until(lambda: len(attempts) >= 3, "three attempts")
            status = publisher.status()
        assert (status.state, status.connects) == ("refused", 0)
    assert re.search(rf"^the MQTT broker at localhost:\d+ is not trusted: {fault.said}", status.error)
    assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == ["WARNING"]


def counting_backoff() -> tuple[Backoff, list[float]]:
    """Waits of a tenth of a second, and a list that grows with each."""
    waits: list[float] = []

    def chance() -> float:
        waits.append(0.1)
        return 1.0

    return Backoff(first_s=0.1, longest_s=0.1, chance=chance), waits


def test_the_systems_authorities_do_not_know_ours(tmp_path: Path, authority: Authority) -> None:
    with encrypted(tmp_path, authority.issue("broker")) as settings, publishing(settings) as publisher:
        wait_until(lambda: publisher.status().state == "refused", "refused")
        assert "does not come from the authorities this system trusts" in publisher.status().error


def test_a_broker_may_ask_for_our_certificate(tmp_path: Path, authority: Authority) -> None:
    own = authority.issue("appliance")
    asks = (f"cafile {authority.cert}", "require_certificate true")
    with encrypted(tmp_path, authority.issue("broker"), *asks) as settings:
        trusting = replace(settings, ca_file=str(authority.cert))
        with publishing(trusting) as publisher:
            wait_until(lambda: publisher.status().error, "refused without a certificate")
            assert "that it takes our certificate (mqtt.cert_file)" in publisher.status().error
        with publishing(replace(trusting, cert_file=str(own.cert), key_file=str(own.key))) as publisher:
            wait_until(lambda: publisher.status().connected, "connected")


def test_a_certificate_that_was_renewed_is_taken_on_the_next_attempt(tmp_path: Path, authority: Authority) -> None:
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(Authority(tmp_path, "stranger").cert.read_bytes())
    certificate = authority.issue("broker")
    with encrypted(tmp_path, certificate) as settings, publishing(replace(settings, ca_file=str(trusted))) as publisher:
        wait_until(lambda: publisher.status().state == "refused", "refused")
        trusted.unlink()
        wait_until(lambda: "mqtt.ca_file: cannot read" in publisher.status().error, "the file is missed")
        trusted.write_bytes(authority.cert.read_bytes())
        wait_until(lambda: publisher.status().connected, "connected")


def test_a_broker_without_tls_is_told_from_one_that_is_not_trusted(broker: Broker) -> None:
    with publishing(MqttSettings(host=broker.host, port=broker.port, tls=True)) as publisher:
        wait_until(lambda: publisher.status().error, "an error")
        assert re.search(r"^no TLS with the MQTT broker at .*; check that mqtt\.port", publisher.status().error)


def test_a_broker_with_tls_does_not_take_us_without(tmp_path: Path, authority: Authority) -> None:
    certificate = authority.issue("broker")
    with encrypted(tmp_path, certificate) as settings, publishing(replace(settings, tls=False)) as publisher:
        wait_until(lambda: publisher.status().error, "an error")
        assert "is the port of an MQTT broker without TLS" in publisher.status().error


def test_without_tls_no_file_is_read() -> None:
    assert read_tls(MqttSettings(ca_file="/nowhere")) is None


@pytest.mark.parametrize("key", ["ca_file", "cert_file", "key_file"])
def test_a_file_that_is_missing_is_named_before_the_start(key: str, tmp_path: Path, authority: Authority) -> None:
    own = authority.issue("appliance")
    settings = MqttSettings(tls=True, ca_file=str(authority.cert), cert_file=str(own.cert), key_file=str(own.key))
    missing: dict[str, Any] = {key: str(tmp_path / "missing.pem")}
    with pytest.raises(ConfigError, match=rf"^mqtt\.{key}: cannot read {missing[key]} \(No such file"):
        read_tls(replace(settings, **missing))


def test_files_that_do_not_hold_what_they_should_are_named(tmp_path: Path, authority: Authority) -> None:
    own, other = authority.issue("appliance"), authority.issue("other")
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")
    with pytest.raises(ConfigError, match=rf"mqtt\.ca_file: {junk} holds no certificates"):
        read_tls(MqttSettings(tls=True, ca_file=str(junk)))
    with pytest.raises(ConfigError, match="are no certificate and its private key"):
        read_tls(MqttSettings(tls=True, cert_file=str(own.cert), key_file=str(other.key)))


@pytest.mark.parametrize("key", ["ca_file", "cert_file", "key_file"])
@pytest.mark.parametrize("kind", ["pipe", "device", "large"])
def test_a_pem_file_is_a_file_of_a_size(tmp_path: Path, authority: Authority, key: str, kind: str) -> None:
    """A pipe would be waited for, for ever."""
    own, odd = authority.issue("us"), tmp_path / "odd.pem"
    paths = {"ca_file": authority.cert, "cert_file": own.cert, "key_file": own.key, key: odd}
    ca_file, cert_file, key_file = map(str, paths.values())
    make: dict[str, Callable[[], object]] = {
        "pipe": lambda: os.mkfifo(odd),
        "device": lambda: odd.symlink_to("/dev/zero"),
        "large": lambda: odd.write_bytes(bytes((4 << 20) + 1)),
    }
    make[kind]()

    why = "more than 4,194,304 bytes" if kind == "large" else "not a file, but a pipe, socket or device"
    with pytest.raises(ConfigError, match=rf"mqtt\.{key}: cannot read .*odd\.pem \({why}\)"):
        read_tls(MqttSettings(tls=True, ca_file=ca_file, cert_file=cert_file, key_file=key_file))
