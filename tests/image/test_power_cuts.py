"""A plug that is pulled while settings are written, and while a package is upgraded.

The machine stands still for a moment at a random instant, and what is on its card then is copied: it is what a machine
finds that comes up after the cut. So one boot is enough for many cuts. Some of the copies are booted, the others read.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.booted import newer_package
from tests.booted.machine import wait_until
from tests.image.appliance import BOOT_S, say
from tests.image.card import Card
from tests.image.versions import NEWER, OLDER, bring_packages, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.image.appliance import Appliance
    from tests.image.conftest import MakeCard, Power

CUTS = int(os.environ.get("EDGE_IMAGE_CUTS", "20"))
BOOTS = int(os.environ.get("EDGE_IMAGE_BOOTS", "1"))
VALUES = (0.41, 0.42)
WRITE = "while :; do for value in 0.41 0.42; do edge config set pose.score_threshold $value --apply; done; done"
UPGRADE = (
    f"while :; do for package in {NEWER} {OLDER}; do"
    " apt-get --yes --allow-downgrades install $package; sleep 5; done; done"
)
LONGEST_S = 20.0
SECTOR = 512

pytestmark = pytest.mark.timeout(2400 + 600 * BOOTS)


def test_after_a_cut_during_writes_there_are_the_old_or_the_new_settings(
    make_card: MakeCard, power: Power, tmp_path: Path
) -> None:
    seen = set()
    with power(make_card()) as appliance:
        settle(appliance)
        begin(appliance, WRITE)
        for card, is_booted in cuts(appliance, tmp_path):
            if not is_booted:
                seen.add(settings_of(card, tmp_path / "root"))
                continue
            with power(card) as second:
                pose_s = second.wait_for_pose()
                second.wait_for_ssh()
                value = float(second.ask("sudo edge config get pose.score_threshold"))
                say(f"booted: publishes after {pose_s:.0f} s, with {value}")
                seen.add(value)
    assert seen == set(VALUES), "no other value is ever there, and both were written"


def test_after_a_cut_during_an_upgrade_the_old_or_the_new_version_publishes_with_the_same_settings(
    make_card: MakeCard, power: Power, tmp_path: Path
) -> None:
    mended = 0
    with power(make_card()) as appliance:
        settle(appliance)
        before = installed(appliance).removeprefix("installed ")
        bring_packages(appliance, tmp_path, "works")
        begin(appliance, UPGRADE)
        wait_until(lambda: newer_package.NEWER in installed(appliance), "dpkg is at work", BOOT_S)
        for card, is_booted in cuts(appliance, tmp_path):
            if not is_booted:
                assert settings_of(card, tmp_path / "root") == VALUES[0]
                continue
            with power(card) as second:
                second.wait_for_ssh()
                wait_until(lambda: installed(second).startswith("installed "), "the package is whole", BOOT_S)
                pose_s = second.wait_for_pose()
                say(f"booted: {installed(second)}, publishes after {pose_s:.0f} s")
                assert installed(second).removeprefix("installed ") in {before, f"{newer_package.NEWER}{before}"}
                assert float(second.ask("sudo edge config get pose.score_threshold")) == VALUES[0]
                assert second.ask("dpkg --audit") == ""
                repair = second.ask("sudo journalctl --no-pager --output=cat --unit=edge-package-repair")
                mended += "an installation was interrupted" in repair
                say(repair)
    assert mended or BOOTS < CUTS, "no cut came while dpkg was at work"


def settle(appliance: Appliance) -> None:
    """Wait until it has come up, and give it settings that tell it from any other."""
    appliance.wait_for_pose()
    appliance.wait_for_ssh()
    appliance.ask(f"sudo edge config set pose.score_threshold {VALUES[0]} --apply")


def begin(appliance: Appliance, work: str) -> None:
    """Have root do something again and again."""
    appliance.ask(f"sudo systemd-run --quiet --unit=work bash -c '{work}'")


def cuts(appliance: Appliance, folder: Path) -> Iterator[tuple[Card, bool]]:
    """The cards that cuts leave behind while it works, and which of them are to be booted."""
    booted = random.sample(range(CUTS), BOOTS)
    for number in range(CUTS):
        with cut(appliance, folder / "card") as card:
            yield card, number in booted
    assert appliance.unit("ActiveState", "work") == "active"


@contextmanager
def cut(appliance: Appliance, path: Path) -> Iterator[Card]:
    """A copy of the card as it is at a random instant; the appliance stands still until nobody wants it any more."""
    time.sleep(random.uniform(0, LONGEST_S))  # noqa: S311
    with appliance.standing_still():
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(appliance.card.path), str(path)], check=True)
        yield Card(path)
        path.unlink()


def settings_of(card: Card, root: Path) -> float:
    """What a boot from this card finds, after the file system's journal was gone through as a boot does it."""
    start, sectors = root_partition(card)
    part = f"skip={start * SECTOR}", f"count={sectors * SECTOR}"
    flags = "iflag=skip_bytes,count_bytes"
    subprocess.run(
        ["dd", f"if={card.path}", f"of={root}", "bs=4M", *part, flags, "conv=sparse", "status=none"], check=True
    )
    checked = subprocess.run(["e2fsck", "-p", str(root)], capture_output=True, text=True, check=False)
    assert checked.returncode in {0, 1}, checked.stdout
    said = subprocess.run(
        ["debugfs", "-R", "cat /etc/edge/edge.toml", str(root)], capture_output=True, text=True, check=True
    )
    root.unlink()
    return float(tomllib.loads(said.stdout)["pose"]["score_threshold"])


def root_partition(card: Card) -> tuple[int, int]:
    """Where it begins and how long it is, in sectors."""
    listed = subprocess.run(["sfdisk", "--dump", str(card.path)], capture_output=True, text=True, check=True).stdout
    second = listed.strip().splitlines()[-1]
    start, size = (int(second.split(f"{word}=")[1].split(",")[0]) for word in ("start", "size"))
    return start, size
