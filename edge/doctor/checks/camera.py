"""The camera: there, allowed, and delivering pictures."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from edge.base.url import masked, masked_url
from edge.camera.settings import CameraSettings
from edge.camera.source_key import is_network_camera
from edge.doctor.checks.groups import join_groups
from edge.doctor.checks.unit import unit_of
from edge.doctor.finding import Finding, explained, failed, ok, skipped
from edge.doctor.probe import HungError, ProbeError, probe
from edge.doctor.service_account import account_of, group_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_PLAYED = ("video:", "stills:", "synthetic")
# What a Raspberry Pi has besides: codecs and parts of the image processor.
_NO_CAMERAS = ("bcm2835-codec", "bcm2835-isp", "pispbe", "rpi-hevc", "rpivid")
_BOOT = "/boot/firmware/config.txt"
_LOOKS_FOR_CAMERAS = r"^(camera_auto_detect=1|dtoverlay=(imx|ov|arducam))"
_RIBBON = (
    "switch off, seat the ribbon cable at both ends, look with: rpicam-hello --list-cameras; or plug in a USB camera"
)
_REBOOT = "restart the camera, and open the same address on a computer in this network, for instance with VLC"
_HANG = "unplug the camera or reboot, and read what the kernel says: sudo journalctl -k | tail -n 50"


def device(subject: Subject) -> Iterator[Finding]:
    """Whether the kernel knows of a camera where one is configured."""
    name, system, source = "camera.device", subject.system, subject.settings[CameraSettings].source
    if source.startswith(_PLAYED):
        yield skipped(name, f"camera.source = {source} needs no camera")
        return
    if is_network_camera(source):
        yield skipped(name, f"camera.source = {masked_url(source)} is in the network")
        return
    cameras = _cameras(system)
    known = ", ".join(f"{node} ({label})" if label else node for node, label in cameras.items())
    wanted = source.removeprefix("v4l2:") if source.startswith("v4l2:") else ""
    if wanted and not system.exists(wanted):
        there = f"there are: {known}" if known else "there is no other camera"
        fix = "plug the camera in, or set camera.source to one that is there, or to auto"
        yield failed(name, f"camera.source = {source}, but there is no {wanted}; {there}", fix)
    elif not cameras and not wanted:
        yield _nothing_there(system)
    else:
        yield ok(name, f"the kernel knows {known or wanted}")


def _nothing_there(system: System) -> Finding:
    name = "camera.device"
    boot = system.read(_BOOT)
    if boot and not re.search(_LOOKS_FOR_CAMERAS, boot, re.MULTILINE):
        why = f"no camera is attached, and the Pi looks for none: {_BOOT} does not say camera_auto_detect=1"
        return failed(name, why, f"add the line camera_auto_detect=1 to {_BOOT} and reboot")
    besides = "all of /dev/video* are codecs and the like" if _nodes(system) else "there is no /dev/video*"
    return failed(name, f"no camera is attached: {besides}", _RIBBON)


def _cameras(system: System) -> dict[str, str]:
    """The device nodes of cameras, with what the kernel calls them."""
    nodes = {node: system.read(f"/sys/class/video4linux/{PurePath(node).name}/name") for node in _nodes(system)}
    return {node: label for node, label in nodes.items() if not label.startswith(_NO_CAMERAS)}


def permissions(subject: Subject) -> Iterator[Finding]:
    """Whether the appliance's user may open video devices, and the memory that libcamera shares with them."""
    name, system = "camera.permissions", subject.system
    if is_network_camera(subject.settings[CameraSettings].source):
        yield skipped(name, "a camera in the network needs no video devices")
        return
    nodes = [*_nodes(system), *system.find("/dev/media*"), *system.find("/dev/dma_heap/*")]
    account = account_of(system)
    closed = [node for node in nodes if not account.may_use(system, node)]
    if not nodes:
        yield skipped(name, "there are no video devices")
    elif closed:
        why = f"the user {account.name} may not open {', '.join(closed)}"
        yield failed(name, why, join_groups(account, sorted({group_name(system, node) for node in closed})))
    else:
        yield ok(name, f"the user {account.name} may open all {len(nodes)} video devices and heaps")


def frame_within(limit_s: float) -> Callable[[Subject], Iterable[Finding]]:
    """The check whether the configured source delivers a picture within ``limit_s``."""

    def check(subject: Subject) -> Iterator[Finding]:
        source = subject.settings[CameraSettings].source
        name, shown = "camera.frame", masked_url(source)
        unit, is_remote = unit_of(subject.system), is_network_camera(source)
        if unit.is_active and not source.startswith(_PLAYED):
            yield skipped(name, f"the running service has the camera and says: {unit.status or 'nothing'}")
            return
        try:
            seen = probe(subject.system, "camera", asdict(subject.settings[CameraSettings]), limit_s)
        except HungError as error:
            yield failed(name, f"camera.source = {shown} {error}: it hangs", _REBOOT if is_remote else _HANG)
        except ProbeError as error:
            yield explained(name, masked(str(error)), _REBOOT if is_remote else _RIBBON)
        else:
            size = f"{seen['width']}x{seen['height']}"
            yield ok(name, f"{seen['name']} delivers {size}, the first picture after {seen['seconds']:.1f} s")

    return check


def _nodes(system: System) -> list[str]:
    return system.find("/dev/video*")
