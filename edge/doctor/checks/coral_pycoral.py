"""pycoral, Google's package for the EdgeTPU: Edge needs none, and the one of that name on PyPI is another project's."""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from edge.doctor.finding import Finding, ok, skipped, warning
from edge.doctor.probe import ProbeError, probe
from edge.runtime.edgetpu.devices import find_edgetpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_NAME = "edgetpu.pycoral"
_PROBE_S = 10.0
_UNNEEDED = "Edge does not need it"


def pycoral(subject: Subject) -> Iterator[Finding]:
    """Whether what is there is Google's, and counts the EdgeTPUs as the kernel does."""
    system = subject.system
    homes = [folder for folder in map(Path, system.python_path) if _is_in(folder)]
    if not homes:
        yield skipped(_NAME, f"pycoral is not installed; {_UNNEEDED}")
    elif not (homes[0] / "pycoral/utils/edgetpu.py").is_file():
        why = f"the pycoral in {homes[0]} is not Google's: on PyPI that name is another project's"
        yield warning(_NAME, why, f"run: {sys.executable} -m pip uninstall pycoral; {_UNNEEDED}, nor Google's")
    else:
        yield _agreement(system)


def _is_in(folder: Path) -> bool:
    return (folder / "pycoral").is_dir() or any(True for _ in distributions(name="pycoral", path=[str(folder)]))


def _agreement(system: System) -> Finding:
    try:
        listed = {(kind, path) for kind, path in probe(system, "pycoral", {}, _PROBE_S)["edgetpus"]}
    except (ProbeError, ImportError) as error:
        return skipped(_NAME, f"Google's pycoral is installed and does not work ({error}); {_UNNEEDED}")
    tpus = find_edgetpus(system)
    shared = [tpu for tpu in tpus if listed & {(tpu.kind, tpu.path), (tpu.kind, tpu.node)}]
    if len(shared) == len(tpus) == len(listed):
        return ok(_NAME, f"Google's pycoral lists {len(listed)} EdgeTPUs, as the kernel does")
    names = ", ".join(sorted(path for _, path in listed)) or "none"
    why = f"Google's pycoral lists {names}, the kernel {', '.join(tpu.path for tpu in tpus) or 'none'}"
    return warning(_NAME, why, f"{_UNNEEDED} and goes by the kernel; see edgetpu.permissions and edgetpu.library")
