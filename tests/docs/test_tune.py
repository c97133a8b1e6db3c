"""The session of docs/tune.md, typed again."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.broker import Broker
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


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that lets everybody in, but ``kitchen`` with the right password only."""
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    subprocess.run(["mosquitto_passwd", "-b", str(passwords), "kitchen", "open sesame"], check=True)
    broker = Broker(tmp_path, options=[f"password_file {passwords}"])
    broker.start()
    yield broker
    broker.stop()


@pytest.mark.long
@pytest.mark.timeout(300)
def test_session(tmp_path: Path, broker: Broker, shared: SharedData) -> None:
    model = shared.folder / MODEL
    stage = Stage(tmp_path / "pi", broker, first_block(PAGE, "toml"), mirror=model.parent)
    steps = [step for step in read_transcript(PAGE) if step.section != WITH_MODEL or model.exists()]

    with stage.service:
        replay(steps, stage.run)

    if not model.exists():
        pytest.skip(f"all was replayed but {WITH_MODEL!r}, which needs {model}")


def test_the_page_is_understood() -> None:
    steps = read_transcript(PAGE)
    programs = {word for step in steps for word in step.command.split()}
    assert programs >= {"edge", "sudo", "systemctl", "journalctl", "mosquitto_sub"}
    assert WITH_MODEL in {step.section for step in steps}
    assert len(steps) > 30
