"""Where a task's models are to be computed."""

from __future__ import annotations

import pytest

from edge.config.load import load
from edge.config.sections import Settings
from edge.errors import ConfigError
from edge.runtime.device_choice import DeviceChoice
from edge.settings import SCHEMA
from edge.tasks.common.device import device_choice
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.settings import PoseSettings


def test_a_task_goes_where_all_go_unless_it_says_otherwise() -> None:
    settings = Settings(InferenceSettings(device="cpu"), PoseSettings(device="edgetpu:usb:1"))
    assert device_choice("pose", settings) == DeviceChoice("edgetpu", "usb:1")
    assert device_choice("classification", settings) == DeviceChoice("cpu")
    assert device_choice("action", settings) == DeviceChoice("cpu"), "it has no key of its own"
    assert device_choice("pose", Settings()) == DeviceChoice("auto")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("EdgeTPU", "edgetpu"),
        ("coral", "edgetpu"),
        ("usb:0", "edgetpu:usb:0"),
        ("edgetpu:pcie:1", "edgetpu:pci:1"),
        ("CPU", "cpu"),
        ("automatic", "auto"),
    ],
)
def test_what_was_meant_is_said(given: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=rf'must be empty, auto, cpu, edgetpu, or one .*did you mean "{meant}"\?'):
        load(SCHEMA, None, [f"pose.device={given}"])


def test_what_nobody_can_guess_is_not_guessed() -> None:
    with pytest.raises(ConfigError) as refused:
        load(SCHEMA, None, ["inference.device=cuda"])
    assert "did you mean" not in str(refused.value)
