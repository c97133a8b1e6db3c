"""The Raspberry Pi's camera on stand-ins for picamera2 and libcamera, which are held against the real ones."""

from __future__ import annotations

import gc
import importlib
import inspect
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest

from edge.camera.orientation import Orientation
from edge.camera.picamera import PicameraCamera, attached_cameras
from edge.camera.settings import CameraSettings
from edge.errors import CameraError
from tests.camera import stand_ins
from tests.camera.stand_ins import Hardware, Picamera2, Platform, open_files
from tests.camera.support import PRIMARIES, read_while_closed

if TYPE_CHECKING:
    from edge.types import Frame

SETTINGS = CameraSettings(width=384, height=64, fps=25)


@pytest.fixture
def pi5(hardware: Hardware, monkeypatch: pytest.MonkeyPatch) -> Hardware:
    monkeypatch.setattr(Picamera2, "platform", Platform("PISP"))
    return hardware


def read(camera: PicameraCamera) -> Frame:
    frame = camera.read()
    assert frame is not None
    return frame


def assert_primaries(frame: Frame) -> None:
    np.testing.assert_allclose(frame.rgb()[32, 32::64].astype(int), PRIMARIES, atol=4)


@pytest.mark.parametrize("padding", [0, 64])
def test_a_pi_4_gives_i420_without_the_padding_of_its_rows(hardware: Hardware, padding: int) -> None:
    hardware.padding = padding
    frame = read(PicameraCamera(SETTINGS))
    assert (frame.pixel_format, frame.width, frame.height) == ("i420", 384, 64)
    assert_primaries(frame)


@pytest.mark.parametrize("padding", [0, 21])
def test_a_pi_5_gives_rgb_without_the_padding_of_its_rows(pi5: Hardware, padding: int) -> None:
    pi5.padding = padding
    frame = read(PicameraCamera(SETTINGS))
    assert frame.pixel_format == "rgb"
    assert frame.image.flags.c_contiguous
    assert_primaries(frame)


def test_nv12_becomes_i420(hardware: Hardware) -> None:
    hardware.pixels = "NV12"
    frame = read(PicameraCamera(SETTINGS))
    assert frame.pixel_format == "i420"
    assert_primaries(frame)


def test_what_is_asked_of_the_camera(hardware: Hardware) -> None:
    PicameraCamera(CameraSettings(width=641, height=481, fps=25), Orientation(hflip=True))
    asked = hardware.configured
    assert asked["main"]["size"] == asked["lores"]["size"] == (640, 480)
    assert asked["controls"] == {"FrameDurationLimits": (40000, 40000)}
    assert asked["colour_space"] == "Smpte170m"
    assert asked["transform"] == stand_ins.Transform(hflip=1)


def test_a_camera_without_a_rate_to_set(hardware: Hardware) -> None:
    hardware.has_rate = False
    PicameraCamera(SETTINGS)
    assert hardware.configured["controls"] == {}


def test_flips_are_the_sensors_work_where_it_can(hardware: Hardware) -> None:
    turn = Orientation(hflip=True, vflip=True, quarter=True)
    assert PicameraCamera(SETTINGS, turn).flipped == Orientation(hflip=True, vflip=True)
    hardware.flips = False
    assert PicameraCamera(SETTINGS, turn).flipped == Orientation()


def test_another_size_than_asked_for_is_said_in_the_log(hardware: Hardware, caplog: pytest.LogCaptureFixture) -> None:
    hardware.size = (320, 64)
    with caplog.at_level("INFO", "edge"):
        camera = PicameraCamera(SETTINGS)
    assert "picamera is imx708 and delivers YUV420 320x64, the nearest it has to 384x64" in caplog.text
    assert read(camera).size == (64, 320)


def test_the_sensors_time_is_the_frames(hardware: Hardware) -> None:
    hardware.sensor_ns = time.monotonic_ns() - 20_000_000
    frame = read(PicameraCamera(SETTINGS))
    assert frame.timestamp_ns == frame.captured_ns == hardware.sensor_ns


def test_a_time_that_counts_sleep_is_turned_into_one_that_does_not(
    hardware: Hardware, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept_ns = 3_600_000_000_000
    monkeypatch.setattr(time, "clock_gettime_ns", stand_ins.boottime_ahead_of_monotonic(slept_ns))
    before_ns = time.monotonic_ns()
    hardware.sensor_ns = before_ns + slept_ns - 20_000_000
    frame = read(PicameraCamera(SETTINGS))
    assert frame.timestamp_ns == hardware.sensor_ns
    assert before_ns - 1_000_000_000 < frame.captured_ns < before_ns


def test_without_a_sensor_time_it_is_now(hardware: Hardware) -> None:
    assert hardware.sensor_ns is None
    before_ns = time.monotonic_ns()
    frame = read(PicameraCamera(SETTINGS))
    assert before_ns <= frame.timestamp_ns == frame.captured_ns <= time.monotonic_ns()


def test_every_request_goes_back_and_frames_stay_as_they_were(hardware: Hardware) -> None:
    camera = PicameraCamera(SETTINGS)
    frames = [read(camera) for _ in range(3)]
    assert [frame.number for frame in frames] == [0, 1, 2]
    assert (hardware.requested, hardware.released) == (3, 3)
    assert_primaries(frames[0])


def test_a_request_goes_back_when_its_picture_cannot_be_read(hardware: Hardware) -> None:
    hardware.corrupts = True
    with pytest.raises(CameraError, match="picamera cannot be read \\(cannot reshape"):
        PicameraCamera(SETTINGS).read()
    assert hardware.released == 1


def test_picamera2_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(
        CameraError, match="picamera2 is not installed; on Raspberry Pi OS: sudo apt install python3-picamera2"
    ):
        PicameraCamera(SETTINGS)


def test_no_camera_is_attached(hardware: Hardware) -> None:
    """A USB camera, which libcamera lists too, is none."""
    assert [camera["Model"] for camera in attached_cameras()] == ["imx708"]
    hardware.is_absent = True
    assert attached_cameras() == []
    with pytest.raises(CameraError, match="libcamera finds no camera; switch off, seat the ribbon cable"):
        PicameraCamera(SETTINGS)


def test_another_program_has_the_camera(hardware: Hardware) -> None:
    """However often that is tried, no file descriptor is left open."""
    hardware.is_busy = True
    gc.collect()  # what tests before this one left open is not counted
    before = open_files()
    for _ in range(3):
        with pytest.raises(CameraError, match=r"cannot be opened .* no other program may use it"):
            PicameraCamera(SETTINGS)
    assert open_files() == before


@pytest.mark.parametrize(
    ("fails_at", "reason"),
    [
        ("pipe", r"\[Errno 24\] Too many open files"),
        ("number", "list index out of range"),
        ("acquire", "Camera __init__ sequence did not complete: Failed to acquire camera: Device or resource busy"),
        ("configure", "Camera __init__ sequence did not complete: sensor_format"),
    ],
)
def test_however_far_opening_came_its_own_reason_is_told_and_nothing_left_behind(
    hardware: Hardware, fails_at: Literal["pipe", "number", "acquire", "configure"], reason: str
) -> None:
    """Nor does the finalizer of what is half open raise anything, which would be a failure of the test."""
    hardware.fails_at = fails_at
    gc.collect()
    before = open_files()
    for _ in range(3):
        with pytest.raises(CameraError, match=rf"^picamera cannot be opened \({reason}\); no other program may use it"):
            PicameraCamera(SETTINGS)
        gc.collect()
    assert open_files() == before
    assert hardware.closed == (3 if fails_at == "configure" else 0)


def test_what_is_half_open_and_does_not_close_hides_no_reason(
    hardware: Hardware, caplog: pytest.LogCaptureFixture
) -> None:
    hardware.fails_at, hardware.clings = "configure", True
    gc.collect()
    before = open_files()
    with pytest.raises(CameraError, match="did not complete: sensor_format"):
        PicameraCamera(SETTINGS)
    assert "picamera could not be closed (device busy: " in caplog.text
    assert open_files() == before


def test_a_buffer_that_does_not_go_back_hides_no_reason(hardware: Hardware, caplog: pytest.LogCaptureFixture) -> None:
    hardware.keeps = True
    camera = PicameraCamera(SETTINGS)
    assert_primaries(read(camera))
    hardware.corrupts = True
    with pytest.raises(CameraError, match="cannot reshape"):
        camera.read()
    assert caplog.text.count("picamera could not take its buffer back (Failed to queue request") == 2


def test_what_cannot_be_cancelled_is_closed_all_the_same(hardware: Hardware, caplog: pytest.LogCaptureFixture) -> None:
    hardware.is_uncancellable = True
    PicameraCamera(SETTINGS).close()
    assert hardware.closed == 1
    assert "picamera could not cancel what it waits for (no event loop)" in caplog.text


def test_a_camera_that_can_neither_be_set_up_nor_closed_says_why_it_was_not_set_up(
    hardware: Hardware, caplog: pytest.LogCaptureFixture
) -> None:
    hardware.rejects, hardware.clings = "Configuration failed", True
    with pytest.raises(CameraError, match=r"cannot be started \(Configuration failed\)"):
        PicameraCamera(SETTINGS)
    assert "picamera could not be closed (device busy" in caplog.text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ImportError("libcamera.so.0.2: cannot open shared object file"), "libcamera.so.0.2: cannot open"),
        (ModuleNotFoundError("No module named 'PIL'", name="PIL"), "No module named 'PIL'"),
        (ValueError("numpy.dtype size changed"), "numpy.dtype size changed"),
    ],
)
def test_a_picamera2_that_does_not_load_says_why(monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    def broken(_name: str) -> None:
        raise error

    monkeypatch.setattr(importlib, "import_module", broken)
    with pytest.raises(CameraError, match=said) as caught:
        attached_cameras()
    assert "not installed" not in str(caught.value)


@pytest.mark.parametrize("rejects", ["Configuration failed", ""])
def test_a_camera_that_cannot_be_set_up_is_closed(hardware: Hardware, rejects: str) -> None:
    hardware.rejects, hardware.pixels = rejects, "MJPEG"
    with pytest.raises(CameraError, match=rejects or "libcamera gives MJPEG pictures"):
        PicameraCamera(SETTINGS)
    assert hardware.closed == 1


def test_stalled(hardware: Hardware) -> None:
    hardware.stalls = True
    camera = PicameraCamera(SETTINGS)
    with pytest.raises(CameraError, match="picamera: no frame for 3 s; switch off, seat the ribbon cable"):
        camera.read()
    camera.close()
    assert hardware.closed == 1


def test_a_camera_that_does_not_let_go_is_only_reported(hardware: Hardware, caplog: pytest.LogCaptureFixture) -> None:
    hardware.clings = True
    PicameraCamera(SETTINGS).close()
    assert "picamera could not be closed (device busy)" in caplog.text


def test_closing_wakes_a_reader_and_may_be_repeated(hardware: Hardware, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.Event()
    capture = Picamera2.capture_request

    def wait_long(self: Picamera2, *, wait: float) -> Any:
        waiting.set()
        assert self._cancelled.wait(10)
        return capture(self, wait=wait)

    monkeypatch.setattr(Picamera2, "capture_request", wait_long)
    hardware.stalls = True
    camera = PicameraCamera(SETTINGS)
    assert read_while_closed(camera, waiting) is None
    assert hardware.closed == 1
    assert camera.read() is None


USED = {
    "Picamera2": (
        "global_camera_info",
        "__init__",
        "create_video_configuration",
        "configure",
        "camera_configuration",
        "start",
        "capture_request",
        "cancel_all_and_flush",
        "close",
    ),
    "CompletedRequest": ("get_metadata", "release"),
    "MappedArray": ("__init__", "__enter__", "__exit__"),
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in USED.items() for name in names])
def test_the_stand_in_has_the_signatures_of_the_real_picamera2(kind: str, name: str) -> None:
    """Only where picamera2 is installed: on a Pi and in the system test."""
    real = pytest.importorskip("picamera2.picamera2" if kind == "Picamera2" else "picamera2.request")
    parameters = [
        list(inspect.signature(getattr(getattr(module, kind), name)).parameters) for module in (stand_ins, real)
    ]
    if name != "__exit__":
        assert parameters[0] == parameters[1]
    assert len(parameters[0]) == len(parameters[1])


def test_the_real_picamera2_has_the_other_names_used() -> None:
    picamera2 = pytest.importorskip("picamera2")
    libcamera = pytest.importorskip("libcamera")
    assert picamera2.Picamera2.platform.name in {"VC4", "PISP"}
    assert isinstance(picamera2.Picamera2.camera_controls, property)
    assert isinstance(picamera2.Picamera2.camera_properties, property)
    transform = libcamera.Transform(hflip=True, vflip=False)
    assert (bool(transform.hflip), bool(transform.vflip)) == (True, False)
    assert libcamera.ColorSpace.Smpte170m() is not None
