"""What a machine of QEMU's does when told to, by the QEMU machine protocol (QMP) at a socket in its folder."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import ImageArray

SOCKET = "qmp"


def tell(folder: Path, command: str, **arguments: object) -> Any:
    """Have a command carried out; returns its answer.

    Raises:
        AssertionError: QEMU refuses it.
    """
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(folder / SOCKET))
        stream = line.makefile("rw")
        stream.readline()
        for one in ({"execute": "qmp_capabilities"}, {"execute": command, "arguments": arguments}):
            stream.write(json.dumps(one))
            stream.flush()
            while "event" in (answer := json.loads(stream.readline())):
                pass
            assert "return" in answer, answer
    return answer["return"]


def picture(folder: Path) -> ImageArray:
    """What is on the monitor of the graphics card ``gpu``, ``(height, width, 3) uint8`` RGB."""
    file = folder / "picture.ppm"
    tell(folder, "screendump", filename=str(file), device="gpu", head=0)
    found = cv2.imread(str(file))
    assert found is not None, file.read_bytes()[:20]
    return np.asarray(found[..., ::-1], np.uint8)
