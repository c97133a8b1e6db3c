"""What works is remembered, and what only could be loaded is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from edge.config.store import ConfigStore
from edge.daemon.config_confirmation import Confirmation
from edge.daemon.probation import PROBATION_S, Probation
from edge.settings import SCHEMA
from edge.tasks.pose.settings import PoseSettings
from tests.daemon.test_probation import FakeWorker

if TYPE_CHECKING:
    from pathlib import Path

    from edge.daemon.pipeline import Worker


class Site:
    """One worker, a clock in the hands of the test, and a file that is in force."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "edge.toml"
        self.file.write_text("")
        (folder / "state").mkdir()
        self.store = ConfigStore(SCHEMA, self.file, (), folder / "state")
        self.store.start()
        self.now_s = 100.0
        self.worker = FakeWorker()
        self.sound = 0
        probation = Probation([cast("Worker", self.worker)], lambda: self.now_s)
        self.confirmation = Confirmation(probation, self.store, self.on_sound)

    def on_sound(self) -> None:
        self.sound += 1

    def works(self, seconds: float) -> None:
        """Look at frames for so long; it is looked before and after."""
        self.worker.turns += 2
        self.confirmation.look()
        self.now_s += seconds
        self.confirmation.look()

    def put_in_force(self, text: str, *, is_whole: bool = True) -> None:
        self.file.write_text(text)
        self.store.load()
        self.store.accept()
        self.confirmation.begin(is_whole=is_whole)

    def last_good(self) -> int:
        """``pose.max_people`` of what a start falls back on."""
        self.file.write_text("broken")
        return self.store.start()[0].settings[PoseSettings].max_people


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_the_first_one_ever_is_remembered_as_soon_as_it_works(site: Site) -> None:
    site.confirmation.begin(is_whole=True)
    site.confirmation.look()
    before = site.store.remembers
    site.works(0)
    assert (before, site.store.remembers, site.sound) == (False, True, 0)


def test_a_later_one_only_after_it_has_worked_for_a_while(site: Site) -> None:
    site.confirmation.begin(is_whole=True)
    site.works(0)
    site.put_in_force("[pose]\nmax_people = 3\n")
    site.works(PROBATION_S - 1)
    assert site.last_good() != 3
    site.put_in_force("[pose]\nmax_people = 3\n")
    site.works(PROBATION_S)
    assert site.last_good() == 3


def test_what_waits_for_a_restart_is_not_confirmed_by_what_runs(site: Site) -> None:
    site.confirmation.begin(is_whole=True)
    site.works(0)
    site.put_in_force("[pose]\nmax_people = 3\n", is_whole=False)
    site.works(PROBATION_S)
    assert site.last_good() != 3


def test_that_all_is_sound_is_told_once(site: Site) -> None:
    site.confirmation.begin(is_whole=True)
    site.works(PROBATION_S)
    site.works(PROBATION_S)
    site.put_in_force("[pose]\nmax_people = 3\n")
    site.works(PROBATION_S)
    assert site.sound == 1


@pytest.mark.parametrize("turns", [0, 1])
def test_a_run_that_ends_early_confirms_where_it_has_looked_at_a_frame(site: Site, turns: int) -> None:
    site.confirmation.begin(is_whole=True)
    site.worker.turns += turns
    site.confirmation.conclude()
    assert site.store.remembers is bool(turns)
