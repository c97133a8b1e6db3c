"""The session of docs/tune.md, typed again."""

from __future__ import annotations

import datetime as dt
import subprocess
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from tests.broker import Broker, Subscriber
from tests.docs.stage import Stage
from tests.support import ROOT
from tests.transcript import first_block, read_transcript, replay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support import SharedData

PAGE = ROOT / "docs/tune.md"
MODEL = "models/movenet/movenet_single_pose_lightning_ptq.tflite"
WITH_MODEL = "Another model"
"""The heading of what needs a real model."""
RESULTS = 12
LIMITED_SINCE = {"Change something": 5.0, "Mistakes": 5.0}
"""After these, pose is to look at most so many times a second; a machine with much else to do looks less often."""


def assert_limited(broker: Broker, most_hz: float) -> None:
    """The next results of pose are not of more frames than these times allow, however slow the machine is."""
    with Subscriber(broker, "edge/kitchen/pose") as subscriber:
        heard = [message.json()["captured_at"] for message in subscriber.wait_for("/pose", RESULTS)]
    began, ended = (dt.datetime.fromisoformat(heard[place]) for place in (0, RESULTS - 1))
    assert (ended - began).total_seconds() > (RESULTS - 2) / most_hz


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that lets everybody in, but ``kitchen`` with the right password only."""
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    subprocess.run(["mosquitto_passwd", "-b", str(passwords), "kitchen", "open sesame"], check=True)
    with Broker(tmp_path, options=[f"password_file {passwords}"]) as broker:
        yield broker


@pytest.mark.long
@pytest.mark.timeout(300)
def test_session(tmp_path: Path, broker: Broker, shared: SharedData) -> None:
    model = shared.folder / MODEL
    stage = Stage(tmp_path / "pi", broker, first_block(PAGE, "toml"), mirror=model.parent)
    steps = [step for step in read_transcript(PAGE) if step.section != WITH_MODEL or model.exists()]

    with stage.service:
        for section, following in groupby(steps, lambda step: step.section):
            replay(list(following), stage.run)
            if section in LIMITED_SINCE:
                assert_limited(broker, LIMITED_SINCE[section])

    if not model.exists():
        pytest.skip(f"all was replayed but {WITH_MODEL!r}, which needs {model}")


def test_the_page_is_understood() -> None:
    steps = read_transcript(PAGE)
    programs = {word for step in steps for word in step.command.split()}
    assert programs >= {"edge", "sudo", "systemctl", "journalctl", "mosquitto_sub"}
    assert WITH_MODEL in {step.section for step in steps}
    assert len(steps) > 30
