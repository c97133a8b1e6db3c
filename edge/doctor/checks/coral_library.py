"""libedgetpu, which drives a Coral: whether it loads, which one it is, and whether it fits the TFLite runtime."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from edge.doctor.checks.coral_driver import is_on_pcie
from edge.doctor.checks.coral_usb import on_usb
from edge.doctor.checks.debian import package_version
from edge.doctor.finding import Finding, failed, ok, skipped, split_advice, warning
from edge.doctor.probe import DiedError, HungError, ProbeError, probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

LIBRARY = "libedgetpu.so.1"
FITTING = (
    "install libedgetpu1-std 16.0tf2.19.1-1 or a newer one for this Debian from "
    "https://github.com/feranick/libedgetpu/releases"
)
_PACKAGES = ("libedgetpu1-std", "libedgetpu1-max")
# google-coral/edgetpu issue 812: what is built on TensorFlow 2.5 crashes with runtimes from 2.12 on.
_FITS_FROM = (2, 12)
_GOOGLES = (2, 5)
_LIBRARY_S = 10.0


def library(subject: Subject) -> Iterator[Finding]:
    """Whether it loads, tried in a child process because it can take a process down."""
    name, system = "edgetpu.library", subject.system
    is_needed = bool(on_usb(system)) or is_on_pcie(system)
    try:
        said = probe(system, "library", {"name": LIBRARY}, _LIBRARY_S)["version"]
    except ProbeError as error:
        yield _not_loaded(error) if is_needed else skipped(name, f"{LIBRARY} is not here, and no Coral either")
        return
    package, version = installed(system)
    tensorflow = built_on(version)
    if tensorflow and tensorflow < _FITS_FROM:
        why = f"{package} {version} is built on TensorFlow {'.'.join(map(str, tensorflow))}; today's TFLite runtimes"
        yield warning(name, f"{why} crash with it at the first inference", FITTING)
    else:
        about = f", {package} {version}" if package else ""
        yield ok(name, f"{LIBRARY} loads{about}{f': {said}' if said else ''}")


def _not_loaded(error: ProbeError) -> Finding:
    why, _ = split_advice(str(error))
    took_down = isinstance(error, (DiedError, HungError))
    return failed("edgetpu.library", f"loading {LIBRARY} {why}" if took_down else why, FITTING)


def installed(system: System) -> tuple[str, str]:
    """The package that has brought the library, and its version; empty where none has."""
    versions = ((package, package_version(system, package)) for package in _PACKAGES)
    return next(((package, version) for package, version in versions if version), ("", ""))


def built_on(version: str) -> tuple[int, int] | None:
    """The TensorFlow that a package was built on, by its version: ``16.0tf2.19.1-1``, or Google's ``16.0``."""
    if found := re.search(r"tf(\d+)\.(\d+)", version.lower()):
        return int(found[1]), int(found[2])
    return _GOOGLES if version in {"15.0", "16.0"} else None
