"""The name of the machine."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from edge.daemon.device_id import device_id
from edge_appliance.errors import ApplianceError
from edge_appliance.host_name import digits_of, give_name

if TYPE_CHECKING:
    from edge_appliance.places import Places
    from tests.appliance.conftest import Told


def test_the_digits_are_those_of_the_device_id(places: Places) -> None:
    assert device_id("", places.machine_id).endswith(f"-{digits_of(places)}")


def test_what_is_called_like_its_image_is_given_a_name_of_its_own(
    places: Places, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "edge")
    give_name(places)
    name = f"edge-{digits_of(places)}"
    assert told() == [f"hostnamectl hostname {name}"]
    assert places.hosts.read_text() == f"127.0.0.1 localhost\n127.0.1.1\t{name}\n192.168.1.5 nas edge-nas\n"


def test_a_name_that_somebody_has_chosen_stays(places: Places, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "kitchen")
    before = places.hosts.read_text()
    give_name(places)
    assert told() == []
    assert places.hosts.read_text() == before


@pytest.mark.parametrize("content", ["", "uninitialized\n"])
def test_without_a_machine_id_nothing_is_named(
    places: Places, told: Told, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "edge")
    places.machine_id.write_text(content)
    with pytest.raises(ApplianceError, match="has no machine id"):
        give_name(places)
    assert told() == []
