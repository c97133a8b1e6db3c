"""Whoever may write the folder of the configuration must not turn a change of it into one of another file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.config import files
from edge.config.edit import set_value
from edge.config.inbox import empty
from edge.config.load import load
from edge.errors import EdgeError
from edge.settings import SCHEMA
from edge.tasks.pose.settings import PoseSettings

if TYPE_CHECKING:
    from collections.abc import Callable

PRECIOUS = '[mqtt]\nhost = "precious"\n'
NOT_FOLLOWED = "leads over a link in a folder that others may write, and is not followed; put the file itself"


class Shared:
    """A folder that a group may write, as /etc/edge is, and a file elsewhere that only its owner may."""

    def __init__(self, root: Path) -> None:
        self.folder, self.precious = root / "shared", root / "precious" / "file"
        for folder in (self.folder, self.precious.parent):
            folder.mkdir()
        self.folder.chmod(0o2775)
        self.config = self.folder / "edge.toml"
        self.precious.write_text(PRECIOUS)


@pytest.fixture
def shared(tmp_path: Path) -> Shared:
    return Shared(tmp_path)


@pytest.fixture
def once_locked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Has something happen right after a writer has got its lock, for which another has had it wait."""
    really = files._lock

    def arrange(happen: Callable[[], object]) -> None:
        def lock(handle: int, folder: Path) -> None:
            really(handle, folder)
            happen()

        monkeypatch.setattr(files, "_lock", lock)

    return arrange


def test_a_link_that_others_could_have_made_is_not_followed(shared: Shared) -> None:
    shared.config.symlink_to(shared.precious)
    with pytest.raises(EdgeError, match=NOT_FOLLOWED):
        set_value(SCHEMA, shared.config, "pose.fit", "stretch")
    assert shared.precious.read_text() == PRECIOUS
    assert shared.config.is_symlink()


def test_nor_is_one_on_the_way_or_behind_an_own_link(shared: Shared, tmp_path: Path) -> None:
    (shared.folder / "sub").symlink_to(shared.precious.parent)
    (tmp_path / "mine.toml").symlink_to("shared/../shared/sub/file")
    for path in (shared.folder / "sub" / "file", tmp_path / "mine.toml"):
        with pytest.raises(EdgeError, match=NOT_FOLLOWED):
            set_value(SCHEMA, path, "pose.fit", "stretch")
    assert shared.precious.read_text() == PRECIOUS


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("given", ["link", "folder"])
def test_a_link_of_somebody_else_is_not_followed(given: str, shared: Shared, tmp_path: Path) -> None:
    link = tmp_path / "theirs" / "edge.toml"
    link.parent.mkdir()
    link.symlink_to(shared.precious)
    os.chown(link if given == "link" else link.parent, 12, 34, follow_symlinks=False)
    with pytest.raises(EdgeError, match=NOT_FOLLOWED):
        set_value(SCHEMA, link, "pose.fit", "stretch")
    assert shared.precious.read_text() == PRECIOUS


def test_a_link_that_appears_while_waiting_is_neither_read_nor_followed(
    shared: Shared, once_locked: Callable[[Callable[[], object]], None]
) -> None:
    def swap() -> None:
        shared.config.unlink()
        shared.config.symlink_to(shared.precious)

    shared.config.write_text("")
    once_locked(swap)
    with pytest.raises(EdgeError, match="cannot be read"):
        set_value(SCHEMA, shared.config, "pose.fit", "stretch")
    assert shared.precious.read_text() == PRECIOUS


def test_a_folder_that_is_exchanged_while_waiting_is_not_written(
    tmp_path: Path, shared: Shared, once_locked: Callable[[Callable[[], object]], None]
) -> None:
    def swap() -> None:
        shared.config.parent.rename(tmp_path / "moved")
        shared.config.parent.symlink_to(shared.precious.parent)

    config = shared.folder / "file"
    once_locked(swap)
    set_value(SCHEMA, config, "pose.fit", "stretch")
    assert shared.precious.read_text() == PRECIOUS
    assert load(SCHEMA, tmp_path / "moved" / "file").settings[PoseSettings].fit == "stretch"


def test_the_inbox_does_not_follow_it_either_and_says_so_on_the_card(shared: Shared, tmp_path: Path) -> None:
    card = tmp_path / "card.toml"
    card.write_text("[mqtt]\nport = 1884\n")
    shared.config.symlink_to(shared.precious)
    with pytest.raises(EdgeError, match=NOT_FOLLOWED):
        empty(SCHEMA, card, shared.config)
    assert NOT_FOLLOWED in (tmp_path / "card.toml.errors.txt").read_text()
    assert shared.precious.read_text() == PRECIOUS
    assert card.exists()


def test_the_inbox_puts_nothing_aside_that_a_link_leads_to(
    shared: Shared, tmp_path: Path, once_locked: Callable[[Callable[[], object]], None]
) -> None:
    def swap() -> None:
        shared.config.unlink()
        shared.config.symlink_to(shared.precious)

    card = tmp_path / "card.toml"
    card.write_text("[mqtt]\nport = 1884\n")
    shared.config.write_text("")
    once_locked(swap)
    with pytest.raises(EdgeError, match=r"edge\.toml: cannot be read .*; put it aside"):
        empty(SCHEMA, card, shared.config)
    assert not (shared.folder / "edge.toml.broken").exists()
    assert shared.precious.read_text() == PRECIOUS


def test_links_in_the_way_of_what_the_inbox_writes_are_replaced(shared: Shared) -> None:
    card = shared.folder / "card.toml"
    (shared.folder / "card.toml.errors.txt").symlink_to(shared.precious)
    (shared.folder / "edge.toml.broken").symlink_to(shared.precious)
    shared.config.write_text("[mqtt\n")
    card.write_text("[poze]\n")
    with pytest.raises(EdgeError, match="unknown section"):
        empty(SCHEMA, card, shared.config)
    assert "unknown section" in (shared.folder / "card.toml.errors.txt").read_text()
    card.write_text("[mqtt]\nport = 1884\n")
    empty(SCHEMA, card, shared.config)
    assert (shared.folder / "edge.toml.broken").read_text() == "[mqtt\n"
    assert shared.precious.read_text() == PRECIOUS


def test_a_card_that_is_a_link_of_others_is_not_read(shared: Shared, tmp_path: Path) -> None:
    card = shared.folder / "card.toml"
    card.symlink_to(shared.precious)
    with pytest.raises(EdgeError, match=NOT_FOLLOWED):
        empty(SCHEMA, card, tmp_path / "edge.toml")
    assert not (tmp_path / "edge.toml").exists()


def test_links_in_circles_end(tmp_path: Path) -> None:
    (tmp_path / "edge.toml").symlink_to("edge.toml")
    with pytest.raises(EdgeError, match="Too many levels of symbolic links"):
        set_value(SCHEMA, tmp_path / "edge.toml", "pose.fit", "stretch")


def test_the_root_folder_is_no_file() -> None:
    with pytest.raises(EdgeError, match="/: is not a file"):
        set_value(SCHEMA, Path("/"), "pose.fit", "stretch")
