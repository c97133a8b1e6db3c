"""What the unit denies is denied, and all that the appliance consists of works without it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine

SETTINGS = {
    "/etc/edge/edge.toml": '[camera]\nsource = "synthetic"\nloop = true\n'
    + "".join(f"[{task}]\nenabled = true\n" for task in ("pose", "classification", "action"))
}
OF_THE_CARD = [
    f"/boot/firmware/{name}" for name in ("user-data", "network-config", "edge-broker-password.txt", "mqtt.txt")
]
PYTHON = "/usr/lib/edge-vision/bin/python3"
INSIDE = """
import ctypes, io, json, mmap

found = {}
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except PermissionError as error:
    found["write and execute"] = error.strerror

compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 3)(3, 1, 2)
ctypes.CDLL(None).qsort(numbers, 3, 4, compare(lambda a, b: a[0] - b[0]))
found["ctypes"] = list(numbers)

import av, cv2, numpy
picture = numpy.full((480, 640, 3), 90, numpy.uint8)
film = io.BytesIO()
with av.open(film, "w", "mp4") as out:
    stream = out.add_stream("mpeg4", 30)
    stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
    for _ in range(10):
        out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
    out.mux(stream.encode())
film.seek(0)
with av.open(film) as source:
    found["av"] = [frame.to_ndarray(format="rgb24").shape for frame in source.decode(video=0)][-1]

turned = cv2.warpAffine(picture, numpy.float32([[1, 0.1, 3], [0, 1, 2]]), (320, 240), flags=cv2.INTER_AREA)
jpeg = cv2.imencode(".jpg", cv2.cvtColor(cv2.resize(turned, (224, 224)), cv2.COLOR_RGB2BGR))[1]
found["cv2"] = cv2.imdecode(jpeg, cv2.IMREAD_COLOR).shape
print(json.dumps(found))
"""
CONFINED = f"""
import subprocess
from edge.doctor.sandbox import confined
from edge.doctor.system import System

command, environ = confined(System(), [{PYTHON!r}, "-c", {INSIDE!r}], 60)
print(subprocess.run(command, env=environ, cwd="/", stdout=subprocess.PIPE, text=True, check=True).stdout)
"""


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def machine(request: pytest.FixtureRequest, boot: Boot) -> Iterator[Machine]:
    """One with three models at work."""
    with boot(request.param, files=SETTINGS | dict.fromkeys(OF_THE_CARD, "secret\n")) as machine:
        machine.ask("systemctl", "start", "mosquitto")
        yield machine


def test_three_models_run_with_xnnpack_and_no_memory_that_is_written_and_run(machine: Machine) -> None:
    for task in ("pose", "classification", "action"):
        assert machine.listen(f"edge/+/{task}", 2)
    assert "XNNPACK delegate" in machine.journal()
    assert machine.unit("MemoryDenyWriteExecute") == "yes"
    assert machine.unit("SocketBindDeny") == "any"
    maps = machine.ask("cat", f"/proc/{machine.unit('MainPID')}/maps")
    assert [line for line in maps.splitlines() if "rwx" in line.split()[1]] == []


def test_cameras_and_pictures_need_none(machine: Machine) -> None:
    machine.write("/run/quick/confined.py", CONFINED)
    found = json.loads(machine.ask(PYTHON, "/run/quick/confined.py").splitlines()[-1])
    # The kernel says it in its own words where it has this, else systemd's filter does.
    assert found.pop("write and execute") in {"Operation not permitted", "Permission denied"}
    assert found == {"ctypes": [1, 2, 3], "av": [480, 640, 3], "cv2": [224, 224, 3]}


def test_it_does_not_see_what_is_on_the_card_for_the_first_boot(machine: Machine) -> None:
    """But does what edge.toml may name."""
    inside = ("nsenter", f"--target={machine.unit('MainPID')}", "--mount")
    as_service = ("setpriv", "--reuid=edge", "--regid=edge", "--init-groups", "cat")
    assert [machine.ask(*as_service, name) for name in OF_THE_CARD] == ["secret"] * 4
    *hidden, named = (machine.run(*inside, *as_service, name, check=False) for name in OF_THE_CARD)
    assert named.stdout == "secret\n"
    assert [done.stdout for done in hidden] == [""] * 3
    assert all("Permission denied" in done.stderr for done in hidden)


def test_it_can_do_little_else_than_it_has_to(machine: Machine) -> None:
    """docs/security.md names the figure."""
    machine.ask("systemd-analyze", "security", "--threshold=16", "edge.service")
