"""``edge snapshot``: from the camera itself, or from the service that has it."""

from __future__ import annotations

import base64
import json
import threading
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge.cli import snapshot
from edge.cli.main import main
from tests.broker import Subscriber
from tests.cli.processes import broker_settings, running, toy_settings

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import ImageArray
    from tests.broker import Broker

HUGE = bytes.fromhex("ffd8ffc0000b08ffffffff01011100ffda0008010100003f00ffd9")
"""A JPEG that says it has 65,535 x 65,535 pixels."""
Output = pytest.CaptureFixture[str]


def take(path: Path, *keys: str) -> int:
    return main(["snapshot", "--output", str(path), *(word for key in keys for word in ("--set", key))])


def picture(path: Path) -> ImageArray:
    image = cv2.imread(str(path))
    assert image is not None
    return np.asarray(image, np.uint8)


@pytest.mark.parametrize("name", ["aim.jpg", "aim.png", "aim.JPEG"])
def test_a_picture_is_taken_with_the_camera(tmp_path: Path, name: str, capsys: Output) -> None:
    assert take(tmp_path / name, "camera.source=synthetic") == 0
    assert picture(tmp_path / name).shape == (480, 640, 3)
    assert capsys.readouterr().out == f"{tmp_path / name}: 640 x 480\n"


def test_it_is_turned_as_the_camera_is(tmp_path: Path) -> None:
    assert take(tmp_path / "aim.png", "camera.source=synthetic", "camera.rotate=90") == 0
    assert picture(tmp_path / "aim.png").shape == (640, 480, 3)


def test_privacy_leaves_keypoints_on_black(tmp_path: Path) -> None:
    keys = ("camera.source=synthetic", "device.privacy=skeleton", "pose.model=starter-pose")
    assert take(tmp_path / "aim.png", *keys) == 0
    assert np.mean(picture(tmp_path / "aim.png") < 40) > 0.9


def test_without_a_camera_it_says_why(tmp_path: Path, capsys: Output) -> None:
    assert take(tmp_path / "aim.jpg", "camera.source=v4l2:/dev/video77") == 1
    error = capsys.readouterr().err
    assert "/dev/video77" in error
    assert "service" not in error
    assert not (tmp_path / "aim.jpg").exists()


def test_a_file_that_is_no_picture_is_refused_at_once(tmp_path: Path, capsys: Output) -> None:
    assert take(tmp_path / "aim.gif", "camera.source=v4l2:/dev/video77") == 2
    assert "PNG or JPEG" in capsys.readouterr().err


def test_a_service_that_has_the_camera_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setattr(snapshot, "SERVICE_RUNTIME", tmp_path)
    assert take(tmp_path / "aim.jpg", "camera.source=v4l2:/dev/video77") == 1
    error = capsys.readouterr().err
    assert "sudo systemctl stop edge; edge snapshot" in error
    assert "mqtt.control and mqtt.snapshot" in error


@pytest.mark.parametrize("privacy", ["none", "skeleton"])
def test_a_running_service_is_asked(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch, privacy: str
) -> None:
    """The camera of the command does not exist: what comes is the service's."""
    log = tmp_path / "log"
    monkeypatch.setattr(snapshot, "SERVICE_RUNTIME", tmp_path)
    allowed = ["mqtt.control=true", "mqtt.snapshot=true", *broker_settings(broker), "device.id=test"]
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running([*toy_settings(tmp_path), *allowed, "camera.source=synthetic", f"device.privacy={privacy}"], log),
    ):
        subscriber.wait_for("test/pose", 3)
        assert take(tmp_path / "aim.png", *allowed, "camera.source=v4l2:/dev/video77") == 0
    assert (np.mean(picture(tmp_path / "aim.png") < 40) > 0.9) == (privacy == "skeleton")


@pytest.mark.parametrize("data", ["", "AA==", "no base64", base64.b64encode(HUGE).decode(), None, 7])
def test_an_answer_that_is_no_picture_is_told(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch, capsys: Output, data: object
) -> None:
    monkeypatch.setattr(snapshot, "SERVICE_RUNTIME", tmp_path)
    keys = ["mqtt.control=true", "mqtt.snapshot=true", *broker_settings(broker), "device.id=test"]
    with Subscriber(broker, "edge/test/request/#") as service:

        def answer() -> None:
            asked = service.wait_for("test/request/snapshot")[-1].json()
            reply = {"transaction": asked["transaction"], "ok": True, "result": {"data": data}}
            service.publish("edge/test/response/snapshot", json.dumps(reply).encode())

        thread = threading.Thread(target=answer)
        thread.start()
        assert take(tmp_path / "aim.png", *keys) == 1
        thread.join()
    assert "something that is no picture" in capsys.readouterr().err
    assert not (tmp_path / "aim.png").exists()


def test_a_service_that_may_not_say_so_is_believed(
    tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """The file was changed, but the service has not been restarted since."""
    monkeypatch.setattr(snapshot, "SERVICE_RUNTIME", tmp_path)
    keys = ["mqtt.control=true", *broker_settings(broker), "device.id=test"]
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running([*toy_settings(tmp_path), *keys], tmp_path / "log"),
    ):
        subscriber.wait_for("test/pose", 3)
        assert take(tmp_path / "aim.png", *keys, "mqtt.snapshot=true") == 1
    assert "set mqtt.snapshot on the device itself" in capsys.readouterr().err
