"""The broker's login: made once, for the broker and for Edge; a person's broker is left alone."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from edge_appliance import broker_login
from edge_appliance.broker_login import has_login, make_login, password_of
from edge_appliance.broker_owner import whose_else
from edge_appliance.durable_file import write_durably
from edge_appliance.errors import ApplianceError
from edge_appliance.first_boot import give_login

if TYPE_CHECKING:
    from pathlib import Path

    from edge_appliance.places import Places
    from tests.appliance.conftest import Told


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def is_hash_of(line: str, password: str) -> bool:
    """Whether a line of mosquitto's file lets a password in (PBKDF2 with SHA-512, as mosquitto 2.0 has it)."""
    kind, rounds, salt, digest = line.partition(":$")[2].split("$")
    assert kind == "7"
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), base64.b64decode(salt), int(rounds))
    return made == base64.b64decode(digest)


def test_broker_and_edge_know_it_and_nobody_else_may_read_it(places: Places, told: Told) -> None:
    assert not has_login(places)
    make_login(places, "correct horse")
    assert has_login(places)
    assert password_of(places) == "correct horse"
    assert is_hash_of(places.broker_passwords.read_text().strip(), "correct horse")
    assert (mode(places.credential), mode(places.broker_passwords)) == (0o600, 0o600)
    assert mode(places.credential.parent) == 0o700
    settings = places.broker_settings.read_text().splitlines()
    assert {"listener 1883", "allow_anonymous false"} < set(settings)
    assert "_mqtt._tcp" in places.announcement.read_text()
    assert told() == ["edge config set mqtt.username edge"], "no program is told the password"


def test_another_password_leaves_the_brokers_other_users_and_its_settings(places: Places, told: Told) -> None:
    make_login(places, "correct horse")
    with places.broker_passwords.open("a") as file:
        file.write("viewer:$7$101$c2FsdA==$aGFzaA==\n")
    with places.broker_settings.open("a") as file:
        file.write("acl_file /etc/mosquitto/edge.acl\n")
    kept = places.broker_settings.read_text()
    make_login(places, "battery staple")
    viewer, edge = places.broker_passwords.read_text().splitlines()
    assert viewer == "viewer:$7$101$c2FsdA==$aGFzaA=="
    assert is_hash_of(edge, "battery staple")
    assert places.broker_settings.read_text() == kept
    assert len(told()) == 1


def test_a_login_that_is_shown_is_shown_no_longer_when_it_changes(places: Places, told: Told) -> None:
    places.run.mkdir()
    for shown in (places.shown_login, places.shown_issue):
        shown.write_text("edge\nold\n")
    make_login(places, "battery staple")
    assert told()
    assert list(places.run.iterdir()) == []


@pytest.mark.parametrize("interrupted", ["credential", "broker_settings", "edge_settings"])
def test_what_an_interruption_has_left_out_counts_as_none(places: Places, told: Told, interrupted: str) -> None:
    make_login(places, "correct horse")
    getattr(places, interrupted).unlink()
    assert not has_login(places)
    assert told()


class PowerCutError(BaseException):
    """Nothing is done after it."""


def make_login_cut_off(places: Places, password: str, *, written: int) -> None:
    """The power goes after so many files."""
    files = iter(range(written))

    def write(path: Path, *arguments: Any, **options: Any) -> None:
        if path.is_relative_to(places.root) and next(files, None) is None:
            raise PowerCutError
        write_durably(path, *arguments, **options)

    with pytest.MonkeyPatch.context() as patched, suppress(PowerCutError):
        patched.setattr(broker_login, "write_durably", write)
        make_login(places, password)


@pytest.mark.parametrize("written", range(4))
def test_wherever_a_change_is_cut_off_broker_and_edge_end_with_the_same_password(
    places: Places, told: Told, written: int
) -> None:
    make_login(places, "the old one")
    make_login_cut_off(places, "the new one", written=written)
    give_login(places)  # the next boot
    password = password_of(places)
    assert password in {"the old one", "the new one"}
    assert is_hash_of(places.broker_passwords.read_text().strip(), password)
    assert has_login(places)
    assert told()


@pytest.mark.parametrize("written", range(5))
def test_wherever_the_first_one_is_cut_off_the_broker_asks_for_no_login_that_edge_does_not_have(
    places: Places, told: Told, written: int
) -> None:
    make_login_cut_off(places, "correct horse", written=written)
    assert has_login(places) or not places.broker_settings.exists()
    give_login(places)  # the next boot
    assert has_login(places)
    assert told().count("edge config set mqtt.username edge") == 1


def test_where_the_settings_of_edge_are_wrong_its_broker_stays_open_to_it(places: Places, told: Told) -> None:
    places.edge_settings.write_text('[pose]\nenabled = "maybe"\n')
    with pytest.raises(ApplianceError, match=r"edge config set mqtt\.username edge"):
        give_login(places)
    assert not any(path.exists() for path in (places.broker_settings, places.broker_passwords, places.credential))
    places.edge_settings.unlink()
    give_login(places)  # at the next boot, or by `edge broker-password`
    assert has_login(places)
    assert told()


def test_two_that_make_a_login_at_once_do_it_one_after_the_other(
    places: Places, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_login(places, "the old one")
    at_work, most = [], []

    def write(path: Path, *arguments: Any, **options: Any) -> None:
        at_work.append(path)
        write_durably(path, *arguments, **options)
        time.sleep(0.02)
        most.append(len(at_work))
        at_work.remove(path)

    monkeypatch.setattr(broker_login, "write_durably", write)
    threads = [threading.Thread(target=make_login, args=(places, f"password {name}")) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert is_hash_of(places.broker_passwords.read_text().strip(), password_of(places) or "")
    assert told()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("conf.d/mine.conf", "# mine\nlistener 1883 192.168.1.2\n"),
        ("conf.d/edge.conf", "listener 1883\nallow_anonymous false\npassword_file /etc/mosquitto/passwords\n"),
        ("mosquitto.conf", "port 1884\n"),
        ("conf.d/plain.conf", "allow_anonymous true\n"),
    ],
)
def test_a_broker_that_a_person_has_set_up_is_his(places: Places, name: str, text: str) -> None:
    assert whose_else(places) == ""
    (places.mosquitto / name).write_text(text)
    assert whose_else(places) == f"{places.mosquitto / name} says who may use the broker on this machine"


def test_settings_that_open_nothing_do_not_make_a_broker_somebodys(places: Places) -> None:
    (places.mosquitto / "conf.d/log.conf").write_text("# listener 1883\nlog_type error\n")
    assert whose_else(places) == ""


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ('[mqtt]\nhost = "nas.local"\n', "names a broker on another machine"),
        ('[mqtt]\nhost = ["localhost", "nas.local"]\n', "names a broker on another machine"),
        ("[mqtt]\nport = 1884\n", "leads to another broker on this machine"),
        ("[mqtt]\ntls = true\nport = 8883\n", "leads to another broker on this machine"),
        ("[mqtt]\ntls = false\nport = 1883\n", ""),
        ('[mqtt]\nusername = "pi-kitchen"\n', "has a login of its own"),
        ('[mqtt]\nusername = "edge"\npassword_file = "/etc/edge/secret"\n', "has a login of its own"),
        ('[mqtt]\nhost = "127.0.0.1"\nusername = "edge"\n', ""),
        ("mqtt = 3\n", ""),
    ],
)
def test_where_edge_has_another_broker_or_login_none_is_made(places: Places, settings: str, reason: str) -> None:
    places.edge_settings.write_text(settings)
    assert (reason in whose_else(places)) if reason else whose_else(places) == ""


def test_settings_that_are_no_toml_are_told(places: Places) -> None:
    places.edge_settings.write_text("[mqtt\n")
    with pytest.raises(ApplianceError, match="edge config check says why"):
        whose_else(places)


def test_a_pipe_that_somebody_has_put_in_their_place_is_not_waited_for(places: Places) -> None:
    os.mkfifo(places.edge_settings)
    with pytest.raises(ApplianceError, match="cannot be read"):
        whose_else(places)
