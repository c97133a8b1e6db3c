"""Probes in child processes, each a real process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from edge.doctor.probe import DiedError, HungError, ProbeError, probe
from edge.doctor.probes.model import delegated_operations
from edge.doctor.system import System
from tests.broker import wait_until
from tests.doctor.machines import Machine
from tests.support import ROOT

STARTER = ROOT / "models" / "starter" / "starter-classification.tflite"
RUN_STARTER = {"task": "classification", "overrides": [f"classification.model={STARTER}"]}


def with_package(folder: Path, code: str) -> System:
    """This machine, with a package ``toy`` made of ``code``."""
    machine = Machine(folder, folder)
    machine.package("toy", code)
    return replace(System(), environ=machine.environ)


def test_packages_that_cannot_be_imported_are_named_with_their_complaint(tmp_path: Path) -> None:
    system = with_package(tmp_path, "raise ValueError('numpy.dtype size\\nchanged')")
    answer = probe(system, "packages", {"names": ["json", "toy", "edge.no_such_module"]}, 60)
    assert answer["broken"] == {
        "toy": "numpy.dtype size changed",
        "edge.no_such_module": "No module named 'edge.no_such_module'",
    }


def test_what_a_library_prints_does_not_disturb(tmp_path: Path) -> None:
    system = with_package(tmp_path, "print('hello from a library', end='')")
    assert probe(system, "packages", {"names": ["toy"]}, 60) == {"broken": {}}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.abort()", "took its process down (SIGABRT)"),
        ("import os; os._exit(3)", "ended with exit status 3"),
        ("import os, sys; print('out of cheese', file=sys.stderr, flush=True); os._exit(3)", "out of cheese"),
    ],
)
def test_a_probe_that_dies_leaves_its_last_words(tmp_path: Path, code: str, said: str) -> None:
    with pytest.raises(DiedError) as error:
        probe(with_package(tmp_path, code), "packages", {"names": ["toy"]}, 60)
    assert str(error.value) == said


@pytest.mark.parametrize("error", ["ImportError", "ModuleNotFoundError"])
def test_a_probe_that_lacks_a_package_says_which(error: str, tmp_path: Path) -> None:
    machine = Machine(tmp_path, tmp_path)
    machine.package("cv2", f"raise {error}('this is broken')")
    with pytest.raises(ImportError, match=r"^this is broken$"):
        probe(replace(System(), environ=machine.environ), "model", RUN_STARTER, 60)


def test_a_probe_that_hangs_is_killed_with_all_it_has_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"""
import pathlib, subprocess
helper = subprocess.Popen(['sleep', '600'])
pathlib.Path({str(note)!r}).write_text(str(helper.pid))
helper.wait()
"""
    with pytest.raises(HungError, match=r"did not come back within 5 s"):
        probe(with_package(tmp_path, code), "packages", {"names": ["toy"]}, 5)

    command = Path("/proc") / note.read_text() / "cmdline"  # of one that has ended, and nobody has asked after: empty
    wait_until(lambda: not (command.exists() and command.read_text()), "the helper has ended")


@pytest.mark.no_cover
@pytest.mark.parametrize("where", ["stdout", "stderr"])
def test_a_probe_that_never_stops_speaking_costs_no_memory(where: str, tmp_path: Path) -> None:
    code = f"import os, sys\nwhile True: os.write(sys.{where}.fileno(), bytes(1 << 20))"
    tracemalloc.start()
    try:
        with pytest.raises(HungError):
            probe(with_package(tmp_path, code), "packages", {"names": ["toy"]}, 3)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()


def test_a_probe_that_hangs_with_its_mouth_shut_is_killed(tmp_path: Path) -> None:
    code = "import os, time; os.closerange(0, 3); time.sleep(600)"
    with pytest.raises(HungError):
        probe(with_package(tmp_path, code), "packages", {"names": ["toy"]}, 3)


@pytest.mark.parametrize("answer", ["[1]", "5", "null", "no JSON", '"error"', "[" * 30_000, "1" * 5_000, "\\x80"])
def test_an_answer_that_is_none_is_told(answer: str, tmp_path: Path) -> None:
    code = f"import os, sys; os.write(sys.stdout.fileno(), {answer!r}.encode() + b'\\n'); os._exit(0)"
    with pytest.raises(DiedError, match=r"^gave an answer that cannot be understood$"):
        probe(with_package(tmp_path, code), "packages", {"names": ["toy"]}, 60)


def test_a_probe_that_does_not_listen_to_a_long_request_holds_nobody_up(tmp_path: Path) -> None:
    request = {"name": "x" * 1_000_000}
    with pytest.raises(DiedError):
        probe(System(), "answer", request, 60)  # it ends without having read
    with pytest.raises(HungError):
        probe(with_package(tmp_path, "import time; time.sleep(60)"), "packages", {"names": ["toy"], **request}, 3)


def test_a_probe_ends_by_itself_when_its_parent_is_gone(tmp_path: Path) -> None:
    system = with_package(tmp_path, "import time; time.sleep(600)")
    words = [sys.executable, "-m", "edge.doctor.probes.packages", "1"]
    done = subprocess.run(words, input=b'{"names": ["toy"]}', check=False, env=dict(system.environ), timeout=60)
    assert done.returncode == -signal.SIGALRM


def test_an_error_of_edge_is_its_sentence(tmp_path: Path) -> None:
    request = {"task": "classification", "overrides": [f"classification.model={tmp_path / 'nowhere.tflite'}"]}
    with pytest.raises(ProbeError, match="no such model file") as error:
        probe(System(), "model", request, 60)
    assert type(error.value) is ProbeError


def test_a_model_is_run_and_its_operations_are_counted() -> None:
    answer = probe(System(), "model", RUN_STARTER, 60)
    assert answer["runtime"] == "ai_edge_litert"
    assert answer["invoke_ms"] > 0
    assert answer["words"].endswith(" labels for as many classes")
    assert 0 < answer["delegated"] <= answer["operations"]
    assert json.dumps(answer)


def test_without_xnnpack_nothing_is_delegated() -> None:
    plain = Interpreter(
        str(STARTER), experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES, num_threads=1
    )
    plain.allocate_tensors()
    delegated, total = delegated_operations(plain._get_ops_details())
    assert delegated == 0
    assert total > 10


def test_operations_between_a_delegates_ends_are_delegated() -> None:
    """Four in a row and one beside; the delegate stands for the second and the third."""
    operations = [
        {"op_name": "QUANTIZE", "inputs": [0], "outputs": [1]},
        {"op_name": "CONV_2D", "inputs": [1, 10], "outputs": [2]},
        {"op_name": "ADD", "inputs": [2, 1], "outputs": [3]},
        {"op_name": "CAST", "inputs": [3], "outputs": [4]},
        {"op_name": "SHAPE", "inputs": [0], "outputs": [5]},
        {"op_name": "DELEGATE", "inputs": [1, 10], "outputs": [3]},
    ]
    assert delegated_operations(operations) == (2, 5)
