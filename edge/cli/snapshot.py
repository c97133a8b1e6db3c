"""``edge snapshot``: one picture, to aim the camera."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.base.folders import SERVICE_RUNTIME
from edge.base.text import printable
from edge.cli.config_file import load_config
from edge.daemon.device_id import device_id
from edge.daemon.log import set_up_logging
from edge.daemon.photo import take_photo
from edge.errors import CameraError, EdgeError
from edge.mqtt.ask import ask
from edge.mqtt.broker_address import read_address, topic_prefix
from edge.mqtt.settings import MqttSettings
from edge.overlay.image_writer import save_image, suffix_of
from edge.settings import DeviceSettings, LogSettings

if TYPE_CHECKING:
    import argparse

    from edge.cli.command import AddCommand
    from edge.config.sections import Settings
    from edge.types import ImageArray

_BUSY = (
    "the service is running and may have the camera. Stop it for the picture (sudo systemctl stop edge; edge snapshot; "
    "sudo systemctl start edge), or let it be asked for one: set mqtt.control and mqtt.snapshot to true, "
    "then sudo edge reload"
)


def add_parser(add_command: AddCommand, common: argparse.ArgumentParser) -> None:
    """Register the command."""
    parser = add_command(
        parents=[common],
        description="Take one picture with the configured camera, to aim it. A running service that has the camera is "
        "asked for it over MQTT, where mqtt.control and mqtt.snapshot allow that. With device.privacy = skeleton it "
        "shows keypoints on black.",
    )
    parser.add_argument(
        "--output", type=Path, default=Path("snapshot.jpg"), metavar="FILE",
        help="the picture, .jpg or .png (default: snapshot.jpg)",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Take the picture.

    Raises:
        EdgeError: there is none to be had, or it cannot be written.
    """
    settings = load_config(arguments).settings
    set_up_logging(settings[LogSettings])
    suffix_of(arguments.output)  # what is wrong with it is said before anybody waits
    image = _decoded(_asked_for(settings) if _may_ask(settings) else _taken(settings))
    save_image(arguments.output, image)
    height, width = image.shape[:2]
    print(printable(f"{arguments.output}: {width} x {height}"))  # noqa: T201
    return 0


def _decoded(jpeg: bytes) -> ImageArray:
    """The picture, ``(height, width, 3) uint8`` RGB."""
    try:
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # nothing at all, or a picture that says it is larger than OpenCV takes
        image = None
    if image is None:
        raise EdgeError("the service has answered with something that is no picture; look at its log")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def _may_ask(settings: Settings) -> bool:
    mqtt = settings[MqttSettings]
    return SERVICE_RUNTIME.is_dir() and mqtt.enabled and mqtt.control and mqtt.snapshot


def _asked_for(settings: Settings) -> bytes:
    topics = topic_prefix(settings[MqttSettings].base_topic, device_id(settings[DeviceSettings].id))
    result = ask(read_address(settings[MqttSettings]), topics, "snapshot")
    try:
        return base64.b64decode(str(result.get("data")), validate=True)
    except ValueError:
        return b"\0"


def _taken(settings: Settings) -> bytes:
    try:
        return take_photo(settings).jpeg
    except CameraError as error:
        if SERVICE_RUNTIME.is_dir():
            raise CameraError(f"{error}; {_BUSY}") from error
        raise
