"""Where the store is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from edge.runtime.store import place
from edge.runtime.store.place import change_command, service_state, store_folder

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


@pytest.mark.parametrize(("environ", "word"), [({"STATE_DIRECTORY": "/x"}, "sudo edge"), ({}, "edge")])
def test_the_service_s_store_is_changed_as_root(
    environ: dict[str, str], word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "service_state", lambda: service_state(environ, NOWHERE))
    assert change_command("pull toy") == f"{word} models pull toy"
