"""TFLite really running a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge.config.words import toml_text
from edge.doctor.checks.computer import SMALL_PAGES
from edge.doctor.checks.packages import complaints
from edge.doctor.finding import Finding, explained, ok, skipped, warning
from edge.doctor.probe import HungError, ProbeError, probe
from edge.runtime.catalog import load_catalog
from edge.runtime.package_data import package_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System

_PROBE_S = 15.0
_RUNTIMES = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter")
_AGAIN = "mend what runtime.packages complains of, or install Edge again"
_NOTHING_RAN = skipped("runtime.delegate", "no model runs; see runtime.tflite")
_TRIED_MODEL = "starter-classification"


def tflite(subject: Subject) -> Iterator[Finding]:
    """Whether the runtime runs a model that comes with Edge, and XNNPACK takes it over."""
    name, system = "runtime.tflite", subject.system
    path, task = package_data("starter", f"{_TRIED_MODEL}.tflite"), load_catalog().model(_TRIED_MODEL).task
    request = {"task": task, "overrides": [f"{task}.model={toml_text(str(path))}"]}
    try:
        answer = probe(system, "model", request, _PROBE_S)
    except HungError as error:
        yield explained(name, f"running {path.name} {error}", _AGAIN)
        yield _NOTHING_RAN
    except (ProbeError, ImportError) as error:
        yield explained(name, _why_no_runtime(system, error), _AGAIN)
        yield _NOTHING_RAN
    else:
        yield ok(name, f"{answer['runtime']} runs {path.name} in {answer['invoke_ms']:.0f} ms")
        yield delegation(answer)


def delegation(answer: dict[str, Any]) -> Finding:
    """What the answer of the probe ``model`` says of XNNPACK: models run much slower without it."""
    name = "runtime.delegate"
    delegated, operations = answer["delegated"], answer["operations"]
    if not delegated:
        why = f"XNNPACK takes none of the model's {operations} operations, so models run much slower"
        fix = "install the runtime again: pip install --force-reinstall --no-deps ai-edge-litert"
        return warning(name, why, fix)
    return ok(name, f"XNNPACK runs {delegated} of {operations} operations")


def _why_no_runtime(system: System, error: Exception) -> str:
    """The error, or what the runtime itself said when it was imported, in a sentence with advice."""
    said = [complaint for complaint in complaints(system, _RUNTIMES).values() if "No module named" not in complaint]
    if any("page-aligned" in complaint for complaint in said):
        return f"the TFLite runtime is laid out for smaller pages of memory ({said[0]}); {SMALL_PAGES}"
    if said:
        return f"the TFLite runtime cannot be imported ({said[0]}); {_AGAIN}"
    return str(error)
