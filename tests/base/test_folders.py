"""Where things are kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edge.base.folders import given_runtime, given_state, service_state, state_folder, store_folder

NOWHERE = Path("/nonexistent")


@pytest.mark.parametrize("state", ["/var/lib/edge", "/var/lib/edge:/var/lib/other"])
def test_under_systemd_it_is_in_the_state_folder(state: str) -> None:
    assert store_folder({"STATE_DIRECTORY": state, "XDG_DATA_HOME": "/x"}, NOWHERE) == Path("/var/lib/edge/models")


def test_where_the_service_is_installed_people_share_its_store(tmp_path: Path) -> None:
    assert store_folder({"XDG_DATA_HOME": "/x"}, tmp_path) == tmp_path / "models"


def test_elsewhere_it_is_among_the_user_data() -> None:
    assert store_folder({"XDG_DATA_HOME": "/x"}, NOWHERE) == Path("/x/edge/models")


@pytest.mark.parametrize("environ", [{}, {"XDG_DATA_HOME": ""}, {"XDG_DATA_HOME": "relative"}])
def test_without_a_word_it_is_in_the_home_folder(environ: dict[str, str]) -> None:
    assert store_folder(environ, NOWHERE) == Path.home() / ".local/share/edge/models"


def test_who_has_no_home_is_told_of_the_service_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 54_321)

    assert store_folder({}, NOWHERE) == NOWHERE / "models"


def test_what_has_to_be_remembered_is_in_the_service_s_folder_or_the_user_s() -> None:
    assert state_folder({"STATE_DIRECTORY": "/var/lib/edge:/var/lib/other"}) == Path("/var/lib/edge")
    assert state_folder({"XDG_STATE_HOME": "/home/me/state"}) == Path("/home/me/state/edge")
    assert state_folder({"XDG_STATE_HOME": "state"}) == Path.home() / ".local/state/edge"


@pytest.mark.parametrize("given", ["", ":", ":/var/lib/edge"])
def test_a_folder_of_no_name_is_none(given: str) -> None:
    environ = {"STATE_DIRECTORY": given, "RUNTIME_DIRECTORY": given}
    assert given_state(environ) is None
    assert given_runtime(environ) is None
    assert service_state(environ, NOWHERE) is None


def test_the_first_of_several_folders_counts() -> None:
    environ = {"STATE_DIRECTORY": "/var/lib/edge:/x", "RUNTIME_DIRECTORY": "/run/edge:/x"}
    assert given_state(environ) == service_state(environ) == Path("/var/lib/edge")
    assert given_runtime(environ) == Path("/run/edge")
