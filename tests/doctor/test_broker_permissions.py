"""What a broker's access list denies is found, with the appliance's own login."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from edge.doctor.checks import broker as checks_broker
from edge.doctor.checks import broker_permissions
from edge.doctor.examine import CHECKS, examine
from edge.mqtt.message import Received
from edge.mqtt.request_receiver import RequestReceiver
from tests.broker import Broker, Subscriber
from tests.doctor.machines import raspberry_pi
from tests.mqtt.scripted import PUBLISH, SUBSCRIBE, ScriptedBroker, packed
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from edge.doctor.finding import Finding
    from tests.doctor.machines import Machine
    from tests.mqtt.scripted import Peer

BOTH = pytest.mark.parametrize("protocol", ["5", "3.1.1"])


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(broker_permissions, "_BACK_S", 0.3)
    machine = raspberry_pi(tmp_path)
    machine.keys |= {"mqtt.enabled": "true", "mqtt.username": "pi", "mqtt.control": "true"}
    machine.keys["mqtt.password_file"] = machine.write("password", "open sesame\n")
    return machine


@contextmanager
def allowing(machine: Machine, *lines: str) -> Iterator[Broker]:
    """A broker with an access list for the user ``pi``."""
    access = machine.folder / "acl"
    access.write_text("".join(f"{line}\n" for line in ["user pi", *lines, "user other", "topic readwrite #"]))
    users = {"pi": "open sesame", "other": "open too"}
    with Broker(machine.folder, users, [f"acl_file {access}"]) as broker:
        machine.keys |= {"mqtt.host": broker.host, "mqtt.port": broker.port}
        yield broker


def look(machine: Machine) -> list[Finding]:
    check = next(check for check in CHECKS if check.name == "broker.permissions")
    return examine(machine.subject(), [check])


def told(found: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(each.verdict, each.why) for each in found]


def shipped() -> list[str]:
    """What the access list in the package has for one device, called ``pi`` here."""
    text = (ROOT / "deploy/mosquitto/edge.acl").read_text().replace("pi-kitchen", "pi")
    found = re.search(r"^user pi\n((?:topic .*\n)+)", text, re.MULTILINE)
    assert found
    return found[1].splitlines()


@BOTH
def test_the_list_that_is_shipped_allows_all_and_no_trace_is_left(machine: Machine, protocol: str) -> None:
    machine.keys["mqtt.protocol"] = protocol
    with allowing(machine, *shipped()) as broker:
        with Subscriber(broker, "#", "other", "open too") as subscriber:
            (found,) = look(machine)
            messages = subscriber.wait_for("/doctor", 2)
        with Subscriber(broker, "#", "other", "open too") as later:
            later.publish("mark", b"")
            later.wait_for("mark")
            assert [message.topic for message in later.seen()] == ["mark"]
    assert found.verdict == "ok"
    assert found.why.endswith("lets the user 'pi' publish and listen below edge/pi/")
    assert {(message.topic, message.qos, message.retained) for message in messages} == {
        ("edge/pi/doctor", 1, False),
        ("edge/pi/request/doctor", 1, False),
    }


def test_a_broker_without_a_list_allows_all(machine: Machine, broker: Broker) -> None:
    machine.keys |= {"mqtt.host": broker.host, "mqtt.port": broker.port}
    assert [each.verdict for each in look(machine)] == ["ok"]


def test_a_denied_publish_is_found(machine: Machine) -> None:
    with allowing(machine, "topic read edge/pi/#"):
        (found,) = look(machine)
    assert found.verdict == "failed"
    assert found.why == "the user 'pi' may not publish on edge/pi/doctor (Not authorized)"
    assert found.fix.startswith(
        "allow the user 'pi' there: topic readwrite edge/pi/# (mosquitto: acl_file; /usr/share/"
    )


NOT_HEARD = "what the user 'pi' publishes on edge/pi/request/doctor does not come back: no request is heard"


def test_what_may_not_be_read_is_found(machine: Machine) -> None:
    with allowing(machine, "topic write edge/pi/#"):
        found = look(machine)
    back = "what the user 'pi' publishes on edge/pi/doctor does not come back within 0.3 s"
    assert told(found) == [("warning", f"{back}: it may publish there, but not read it"), ("warning", NOT_HEARD)]


def test_requests_that_may_not_be_read_are_found(machine: Machine) -> None:
    with allowing(machine, "topic readwrite edge/pi/doctor", "topic write edge/pi/#"):
        (found,) = look(machine)
    assert (found.verdict, found.why) == ("warning", NOT_HEARD)
    assert "topic read edge/pi/request/#" in found.fix


def test_a_list_for_another_device_denies_all(machine: Machine) -> None:
    with allowing(machine, *(line.replace("/pi/", "/pi2/") for line in shipped())):
        (found,) = look(machine)
    assert "may not publish on edge/pi/doctor" in found.why


def test_requests_that_nobody_wants_are_not_tried(machine: Machine) -> None:
    machine.keys["mqtt.control"] = "false"
    with allowing(machine, "topic readwrite edge/pi/doctor"):
        assert [each.verdict for each in look(machine)] == ["ok"]


def test_whoever_may_only_hear_requests_is_not_told_to_publish_them(machine: Machine) -> None:
    with allowing(machine, "topic readwrite edge/pi/doctor", "topic read edge/pi/request/#"):
        assert [each.verdict for each in look(machine)] == ["ok"]


@pytest.mark.parametrize("line", ["topic read edge/pi/#", "topic write edge/pi/#", "topic read edge/other/#"])
def test_by_mqtt_3_1_1_nobody_says_which_it_is(machine: Machine, line: str) -> None:
    machine.keys |= {"mqtt.protocol": "3.1.1", "mqtt.control": "false"}
    with allowing(machine, line):
        (found,) = look(machine)
    assert found.verdict == "failed"
    assert found.why.endswith(
        "on edge/pi/doctor does not come back within 0.3 s: it may not publish there, or not read it"
    )


# mosquitto with a file takes every subscription; others refuse them, or hang up.


def refusing(peer: Peer) -> None:
    peer.accept()
    while packet := peer.read():
        if packet.kind == SUBSCRIBE:
            peer.send(packed(0x90, packet.number + (b"\0\x87" if peer.version == 5 else b"\x80")))
        elif packet.kind == PUBLISH:
            peer.send(b"\x40\x02" + packet.number)
        else:
            return


@BOTH
def test_a_denied_subscription_is_found(machine: Machine, protocol: str) -> None:
    machine.keys["mqtt.protocol"] = protocol
    with ScriptedBroker(refusing) as broker:
        machine.keys |= {"mqtt.host": broker.host, "mqtt.port": broker.port}
        found = look(machine)
    assert [each.verdict for each in found] == ["warning", "failed"]
    assert found[0].why.startswith("the user 'pi' may not subscribe to edge/pi/doctor (")
    assert found[1].why.startswith("the user 'pi' may not subscribe to edge/pi/request/# (")
    assert found[1].why.endswith("no request is heard")


def hanging_up(peer: Peer) -> None:
    peer.accept()
    while (packet := peer.read()).kind != PUBLISH:
        peer.answer(packet)


@BOTH
def test_a_broker_that_hangs_up_on_what_it_denies_is_found(machine: Machine, protocol: str) -> None:
    machine.keys["mqtt.protocol"] = protocol
    with ScriptedBroker(hanging_up) as broker:
        machine.keys |= {"mqtt.host": broker.host, "mqtt.port": broker.port}
        (found,) = look(machine)
    assert found.verdict == "failed"
    assert "was lost, right after the user 'pi' had published and subscribed below edge/pi/" in found.why


def mute(peer: Peer) -> None:
    peer.accept()
    while peer.read():
        pass


def test_a_broker_that_answers_nothing_more_has_not_ended_the_session(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks_broker, "_ANSWER_S", 0.5)
    machine.keys["mqtt.control"] = "false"
    with ScriptedBroker(mute) as broker:
        machine.keys |= {"mqtt.host": broker.host, "mqtt.port": broker.port}
        (found,) = look(machine)
    assert found.verdict == "warning"
    assert found.why.startswith("what the user 'pi' publishes on edge/pi/doctor does not come back within")


def test_without_a_session_there_is_nothing_to_try(machine: Machine) -> None:
    machine.keys |= {"mqtt.host": "broker.invalid"}
    assert told(look(machine)) == [("skipped", "there is no session to try them in; see broker.login")]
    machine.keys["mqtt.enabled"] = "false"
    assert told(look(machine)) == [("skipped", "mqtt.enabled is false")]


def test_the_appliance_takes_no_notice(caplog: pytest.LogCaptureFixture) -> None:
    taken: list[object] = []
    receiver = RequestReceiver("edge/pi/request/", taken.append, taken.append)
    receiver.take(Received("edge/pi/request/doctor", b"", retained=False))
    assert taken == []
    assert receiver.ignored == 0
    assert not caplog.records
