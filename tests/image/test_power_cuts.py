"""A plug that is pulled while settings are written.

The machine is stopped for a moment at a random instant, and what is on its card then is copied: it is what a machine
finds that comes up after the cut. So one boot is enough for many cuts. Some of the copies are booted, all are read.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
import tomllib
from typing import TYPE_CHECKING

from tests.image.card import Card

if TYPE_CHECKING:
    from pathlib import Path

    from tests.image.appliance import Appliance
    from tests.image.conftest import MakeCard, Power

CUTS = int(os.environ.get("EDGE_IMAGE_CUTS", "20"))
BOOTS = int(os.environ.get("EDGE_IMAGE_BOOTS", "1"))
VALUES = (0.41, 0.42)
WRITE = "while :; do for value in 0.41 0.42; do edge config set pose.score_threshold $value --apply; done; done"
SECTOR = 512


def test_after_a_cut_during_writes_there_are_the_old_or_the_new_settings(
    make_card: MakeCard, power: Power, tmp_path: Path
) -> None:
    with power(make_card()) as appliance:
        appliance.wait_for_pose()
        appliance.wait_for_ssh()
        appliance.ask(f"sudo edge config set pose.score_threshold {VALUES[0]}")
        appliance.ask(f"sudo systemd-run --quiet --unit=writes bash -c '{WRITE}'")
        cuts = [cut(appliance, tmp_path / f"cut-{number}") for number in range(CUTS)]
        assert appliance.unit("ActiveState", "writes") == "active"
    found = [settings_of(card, tmp_path / "root") for card in cuts]
    assert set(found) <= set(VALUES)
    for card, value in random.sample(list(zip(cuts, found, strict=True)), BOOTS):
        with power(card) as appliance:
            appliance.wait_for_pose()
            appliance.wait_for_ssh()
            assert float(appliance.ask("sudo edge config get pose.score_threshold")) == value


def cut(appliance: Appliance, path: Path) -> Card:
    """A copy of the card as it is at a random instant."""
    time.sleep(random.uniform(0, 5))  # noqa: S311
    appliance.tell("stop")
    try:
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(appliance.card.path), str(path)], check=True)
    finally:
        appliance.tell("cont")
    return Card(path)


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
