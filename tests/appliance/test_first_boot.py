"""What a boot makes of a machine, and what it leaves as it is."""

from __future__ import annotations

import socket
import stat
from argparse import Namespace
from typing import TYPE_CHECKING

import pytest

from edge.daemon.first_boot_login import FirstBootLogin
from edge.monitor.status import Login
from edge_appliance import first_boot
from edge_appliance.boot_partition import take_password
from edge_appliance.broker_login import announce, has_login, make_login, password_of
from edge_appliance.errors import ApplianceError
from edge_appliance.first_boot import give_host_keys, give_login

if TYPE_CHECKING:
    from pathlib import Path

    from edge_appliance.places import Places
    from tests.appliance.conftest import Told


def files(places: Places) -> dict[Path, tuple[bytes, int]]:
    found = (path for path in places.root.rglob("*") if path.is_file())
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


def test_the_first_boot_makes_a_login_that_monitor_and_console_show(places: Places, told: Told) -> None:
    give_login(places)
    password = password_of(places)
    assert password
    assert FirstBootLogin(places.shown_login).read() == Login("edge", password)
    assert f"password {password}\n" in places.shown_issue.read_text()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (places.shown_login, places.shown_issue)]
    assert modes == [0o640, 0o600]
    assert not any(password in line for line in told())


def test_the_second_boot_changes_nothing(places: Places, told: Told) -> None:
    give_login(places)
    before, done = files(places), told()
    give_login(places)
    take_password(places)
    announce(places)
    assert files(places) == before
    assert told() == done


def test_a_first_boot_that_was_cut_off_ends_with_the_password_it_began_with(places: Places, told: Told) -> None:
    give_login(places)
    password = password_of(places)
    places.broker_settings.unlink()  # the last that a login needs
    assert not has_login(places)
    give_login(places)
    assert has_login(places)
    assert password_of(places) == password
    assert told().count("edge config set mqtt.username edge") == 1


def test_a_persons_broker_is_left_alone_and_not_announced(places: Places, told: Told) -> None:
    make_login(places, "correct horse")
    places.broker_settings.write_text("listener 1883\n")
    places.credential.write_text("his own\n")
    give_login(places)
    announce(places)
    assert places.credential.read_text() == "his own\n"
    assert not places.announcement.exists()
    assert len(told()) == 1


def test_what_a_person_announces_of_his_broker_stays(places: Places) -> None:
    places.announcement.write_text("<service-group><name>The kitchen's</name></service-group>\n")
    places.broker_settings.write_text("listener 1883\n")
    announce(places)
    assert "The kitchen's" in places.announcement.read_text()


@pytest.mark.parametrize("name", ["edge-broker-password.txt", "edge-broker-password.txt.txt"])
def test_a_password_on_the_boot_partition_is_taken_over_and_gone(places: Places, told: Told, name: str) -> None:
    give_login(places)
    waiting = places.boot_partition / name
    waiting.write_text("correct horse\r\n")
    take_password(places)
    assert password_of(places) == "correct horse"
    assert not places.shown_login.exists()
    assert list(places.boot_partition.iterdir()) == []
    assert not any("horse" in line for line in told())


def test_one_that_was_taken_over_but_not_quite_removed_is_removed(places: Places, told: Told) -> None:
    make_login(places, "correct horse")
    for name, content in {"edge-broker-password.txt": bytes(14), "edge-broker-password.errors.txt": b"short"}.items():
        (places.boot_partition / name).write_bytes(content)
    take_password(places)
    assert list(places.boot_partition.iterdir()) == []
    assert password_of(places) == "correct horse"
    assert len(told()) == 1


def test_of_two_none_is_taken_until_one_is_gone(places: Places, told: Told) -> None:
    first, second = (places.boot_partition / f"edge-broker-password.txt{ending}" for ending in ("", ".txt"))
    first.write_text("correct horse\n")
    second.write_text("battery staple\n")
    with pytest.raises(ApplianceError, match="keep one of the two"):
        take_password(places)
    assert password_of(places) is None
    first.unlink()
    take_password(places)
    assert password_of(places) == "battery staple"
    assert list(places.boot_partition.iterdir()) == []
    assert told()


def test_a_huge_file_is_removed_as_any_other(places: Places, told: Told) -> None:
    with (places.boot_partition / "edge-broker-password.txt").open("wb") as file:
        file.write(b"correct horse\n")
        file.truncate(1 << 40)
    take_password(places)
    assert password_of(places) == "correct horse"
    assert list(places.boot_partition.iterdir()) == []
    assert told()


def test_one_that_cannot_be_removed_is_told(places: Places, told: Told) -> None:
    elsewhere = places.root / "password.txt"
    elsewhere.write_text("correct horse\n")
    (places.boot_partition / "edge-broker-password.txt").symlink_to(elsewhere)  # which is not written over
    with pytest.raises(ApplianceError, match="comes back with each boot until you remove it"):
        take_password(places)
    assert password_of(places) == "correct horse"
    assert told()


def test_a_wrong_one_stays_and_a_file_beside_it_says_why(places: Places, told: Told) -> None:
    waiting = places.boot_partition / "edge-broker-password.txt"
    waiting.write_text("short\n")
    with pytest.raises(ApplianceError, match="8 to 128 characters"):
        take_password(places)
    errors = places.boot_partition / "edge-broker-password.errors.txt"
    assert "8 to 128 characters" in errors.read_text()
    assert waiting.exists()
    assert password_of(places) is None
    waiting.write_text("long enough\n")
    take_password(places)
    assert list(places.boot_partition.iterdir()) == []
    assert password_of(places) == "long enough"
    assert told()


def test_so_does_one_that_waits_for_a_mistake_in_the_settings_to_be_mended(places: Places, told: Told) -> None:
    (places.boot_partition / "edge-broker-password.txt").write_text("correct horse\n")
    places.edge_settings.write_text('[pose]\nenabled = "maybe"\n')
    with pytest.raises(ApplianceError, match=r"edge config set mqtt\.username edge"):
        take_password(places)
    said = (places.boot_partition / "edge-broker-password.errors.txt").read_text()
    assert said.startswith("edge-broker-password.txt: edge config set mqtt.username edge")
    places.edge_settings.unlink()
    take_password(places)
    assert list(places.boot_partition.iterdir()) == []
    assert password_of(places) == "correct horse"
    assert told()


def test_a_file_that_is_no_text_keeps_nothing_else_from_being_made(
    places: Places, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "edge")
    monkeypatch.setattr(first_boot, "Places", lambda: places)
    places.hosts.write_bytes("127.0.0.1 localhost # das Gerät\n".encode("latin-1"))
    assert first_boot.run(Namespace()) == 1
    assert has_login(places)
    assert told()


def test_host_keys_are_made_where_an_image_has_none(places: Places, told: Told) -> None:
    give_host_keys(places)
    assert told() == [f"ssh-keygen -A -f {places.root}"]
    (places.root / "etc/ssh/ssh_host_ed25519_key").write_text("a key\n")
    give_host_keys(places)
    assert len(told()) == 1


def test_host_keys_that_a_power_cut_has_emptied_are_made_anew_and_all_are_put_on_the_disk(
    places: Places, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [places.root / f"etc/ssh/ssh_host_{kind}_key" for kind in ("rsa", "ed25519")]
    keys[0].write_text("a key\n")
    keys[1].touch()
    synced: list[Path] = []
    monkeypatch.setattr(first_boot, "sync_file", synced.append)
    give_host_keys(places)
    assert told() == [f"ssh-keygen -A -f {places.root}"], "which makes those that are empty, and leaves the others"
    assert sorted(synced) == sorted(keys)
