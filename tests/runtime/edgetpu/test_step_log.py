from __future__ import annotations

import logging
from typing import TYPE_CHECKING, get_args

from edge.runtime.edgetpu.step_log import StepLog, listed
from edge.runtime.edgetpu.steps import Step
from edge.types import StepKind

if TYPE_CHECKING:
    import pytest


def test_a_loss_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "edge.runtime.edgetpu")
    log = StepLog()
    for kind in get_args(StepKind):
        log.step(Step(kind, "usb:0", ("pose", "hands"), "such is life", 0))
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == [
        "the EdgeTPU usb:0 is lost for pose and hands: such is life",
        "the EdgeTPU usb:0 is gone for pose and hands: such is life",
    ]
    assert len(caplog.records) == len(get_args(StepKind))


def test_what_goes_on_for_ever_is_told_ever_more_rarely(caplog: pytest.LogCaptureFixture) -> None:
    log = StepLog()
    for number in range(1000):
        log.step(Step("lost", "usb:0", ("pose",), f"for the {number}th time", 0))
    assert len(caplog.records) == 10


def test_lists_are_said_as_people_say_them() -> None:
    assert listed(("pose",)) == "pose"
    assert listed(("pose", "action", "hands")) == "pose, action and hands"
    assert listed(()) == "nothing"
