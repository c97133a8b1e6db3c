"""A worker computes what the model would compute here; one that ends, hangs or fails is lost, and leaves nothing."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.runtime.edgetpu.lost import Busy, LibraryMissing, Lost
from edge.runtime.edgetpu.running import running_worker
from edge.runtime.edgetpu.variants import Tensors
from edge.runtime.interpreter import TfliteModel
from tests.base.test_child import has_ended
from tests.broker import wait_until
from tests.monitor.given import children, open_files
from tests.runtime.edgetpu.support import ON_CPU, loaded_worker, new_tpu, worker_model
from tests.support import ROOT
from tests.tflite import colour_classifier, custom_op_model, summing_action, two_tensors

if TYPE_CHECKING:
    from edge.runtime.edgetpu.process import WorkerModel, WorkerProcess

STARTS = int(os.environ.get("EDGE_WORKER_STARTS", "8"))


@pytest.fixture
def double(tmp_path: Path) -> WorkerModel:
    """A model that doubles two numbers."""
    return worker_model(two_tensors(tmp_path / "double.tflite"))


def lose(worker: WorkerProcess) -> str:
    with pytest.raises(Lost) as raised:
        worker.invoke(0)
    return str(raised.value)


def lose_at_once(worker: WorkerProcess, count: int) -> list[str]:
    """What so many are told who wait for the same model."""
    why: list[str] = []
    threads = [threading.Thread(target=lambda: why.append(lose(worker))) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5.0)
    return why


def test_it_computes_what_the_model_computes_here(tmp_path: Path) -> None:
    path = summing_action(tmp_path / "sum.tflite")
    given, here = worker_model(path), TfliteModel(path)
    random = np.random.default_rng(3)
    with loaded_worker(given) as worker:
        for _ in range(4):
            for tensor, view in zip(here.inputs.values(), given.inputs.views, strict=True):
                view[...] = random.integers(0, 9, tensor.shape)
                np.copyto(here.view(tensor), view)
            worker.invoke(0)
            here.invoke()
            for tensor, view in zip(here.outputs.values(), worker.outputs(0), strict=True):
                assert np.array_equal(here.view(tensor), view)


def test_several_models_share_one(tmp_path: Path, double: WorkerModel) -> None:
    classifier = worker_model(colour_classifier(tmp_path / "colour.tflite"))
    with loaded_worker(double, classifier) as worker:
        double.inputs.views[0][...] = [[1.5, -2.0]]
        classifier.inputs.views[0][..., 1] = 255
        for model in (0, 1, 1, 0):
            worker.warm(model)
        assert worker.outputs(0)[0].tolist() == [[3.0, -4.0]]
        assert worker.outputs(1)[0].argmax() == 1


def test_a_model_that_cannot_run_there_is_told_and_the_others_run(tmp_path: Path, double: WorkerModel) -> None:
    odd = worker_model(custom_op_model(tmp_path / "odd.tflite", "fake-op"))
    with running_worker([odd, double], new_tpu(), ON_CPU) as worker:
        refused, runs = worker.wait_loaded().models
        assert "odd.tflite: this runtime cannot run the model" in refused
        assert runs == ""
        worker.invoke(1)
        with pytest.raises(Lost, match="cannot run the model"):
            worker.invoke(0)


def test_a_file_with_other_tensors_is_refused(tmp_path: Path, double: WorkerModel) -> None:
    wrong = replace(double, path=colour_classifier(tmp_path / "colour.tflite"))
    with running_worker([wrong], new_tpu(), ON_CPU) as worker:
        (why,) = worker.wait_loaded().models
    assert "colour.tflite: it is not the file any more that was opened: its input 0 is" in why


def test_a_file_whose_values_mean_something_else_is_refused(tmp_path: Path) -> None:
    colour = worker_model(colour_classifier(tmp_path / "colour.tflite"))
    inputs, (scores,) = colour.tensors
    scaled = replace(scores, scale=0.5)
    wrong = replace(colour, tensors=Tensors(inputs, (scaled,)))
    with running_worker([wrong], new_tpu(), ON_CPU) as worker:
        (why,) = worker.wait_loaded().models
    assert "it is not the file any more that was opened: its output 0 is" in why


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_one_that_was_ended_by_a_signal_is_lost_for_good(double: WorkerModel, number: signal.Signals) -> None:
    with loaded_worker(double) as worker:
        worker.invoke(0)
        os.kill(worker.pid, number)
        why = lose(worker)
        assert why.startswith(f"its process was ended by {number.name}")
        assert lose(worker) == str(worker.lost) == why


def test_one_that_hangs_is_lost_by_its_deadline_and_killed(double: WorkerModel) -> None:
    with loaded_worker(double) as worker:
        for _ in range(4):
            worker.invoke(0)
        os.kill(worker.pid, signal.SIGSTOP)
        began_s = time.monotonic()
        assert lose(worker) == "it did not answer within 100 ms"
        assert time.monotonic() - began_s < 1.0
        wait_until(lambda: has_ended(worker.pid), "it was killed")


def test_who_waits_while_another_model_hangs_is_told_at_the_same_time(double: WorkerModel) -> None:
    with loaded_worker(double, worker_model(double.path)) as worker:
        for model in (0, 1) * 4:
            worker.invoke(model)
        os.kill(worker.pid, signal.SIGSTOP)
        assert lose_at_once(worker, 4) == ["it did not answer within 100 ms"] * 4


def test_nobody_waits_for_another_model_longer_than_its_own_may_take(double: WorkerModel) -> None:
    with loaded_worker(double, worker_model(double.path)) as worker:
        for model in (0, 1):
            worker.invoke(model)
        os.kill(worker.pid, signal.SIGSTOP)
        assert lose_at_once(worker, 2) == ["it was busy with other models for 500 ms"] * 2


def test_one_that_is_killed_from_elsewhere_lets_go_who_waits_for_it(double: WorkerModel) -> None:
    options = replace(ON_CPU, first_invoke_s=60.0)
    with loaded_worker(double, options=options) as worker:
        os.kill(worker.pid, signal.SIGSTOP)
        threading.Timer(0.05, worker.kill).start()
        assert lose(worker) == "it was ended"


def test_the_end_of_one_that_nobody_asks_is_noticed(double: WorkerModel) -> None:
    with loaded_worker(double) as worker:
        receive, send = os.pipe()
        os.write(send, b"x")
        worker.watch(receive)
        os.read(receive, 1)
        threading.Timer(0.05, os.kill, (worker.pid, signal.SIGABRT)).start()
        with pytest.raises(Lost, match="SIGABRT"):
            worker.watch(receive)
        os.close(receive)
        os.close(send)


def test_a_library_that_is_not_there_is_told(double: WorkerModel) -> None:
    options = replace(ON_CPU, library="libedgetpu-of-nobody.so.1")
    with (
        running_worker([double], new_tpu(), options) as worker,
        pytest.raises(LibraryMissing, match=r"libedgetpu-of-nobody.so.1 cannot be loaded .*; install libedgetpu1-std"),
    ):
        worker.wait_loaded()


def test_a_second_worker_finds_the_edgetpu_busy(double: WorkerModel) -> None:
    tpu = new_tpu()
    with running_worker([double], tpu, ON_CPU) as first:
        first.wait_loaded()
        who = rf"^it is in use by another edge process \({first.pid}\)$"
        with running_worker([double], tpu, ON_CPU) as second, pytest.raises(Busy, match=who):
            second.wait_loaded()
        first.invoke(0)


def test_a_worker_takes_over_from_one_that_was_killed(double: WorkerModel) -> None:
    tpu = new_tpu()
    with running_worker([double], tpu, ON_CPU) as first:
        first.wait_loaded()
        first.kill()
        with running_worker([double], tpu, ON_CPU) as second:
            second.wait_loaded()
            second.invoke(0)


def test_one_that_never_says_a_word_is_given_up(double: WorkerModel) -> None:
    options = replace(ON_CPU, start_s=0.01)
    with running_worker([double], new_tpu(), options) as worker:
        os.kill(worker.pid, signal.SIGSTOP)
        with pytest.raises(Lost, match=r"has not loaded its models within 0\.01 s"):
            worker.wait_loaded()


def test_it_ends_by_itself_when_the_block_does(double: WorkerModel) -> None:
    with loaded_worker(double) as worker:
        worker.invoke(0)
    assert worker._child.returncode == 0
    assert lose(worker) == "it was ended"
    worker.kill()


def test_outputs_stay_when_it_has_ended(double: WorkerModel) -> None:
    with loaded_worker(double) as worker:
        double.inputs.views[0][...] = 4.0
        worker.invoke(0)
    assert worker.outputs(0)[0].tolist() == [[8.0, 8.0]]


def test_it_is_quiet_and_first_to_go_and_leaves_no_core_file(double: WorkerModel) -> None:
    with loaded_worker(double) as worker:
        process = Path(f"/proc/{worker.pid}")
        words = (process / "cmdline").read_text().split("\0")
        assert words[words.index("edge.runtime.edgetpu.worker") + 1 :][:2] == [str(os.getpid()), "usb:0"]
        assert (process / "oom_score_adj").read_text().strip() == "500"
        assert "Max core file size        0                    0" in (process / "limits").read_text()
        assert "cv2" not in (process / "maps").read_text()


def test_it_ends_with_its_parent_however_that_ends(double: WorkerModel) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tests.runtime.edgetpu.support import *\n"
        "with loaded_worker(worker_model(Path(sys.argv[1]))) as worker: print(worker.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(double.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        os.kill(worker, signal.SIGSTOP)  # it is hung
        parent.kill()
    os.kill(worker, signal.SIGCONT)
    wait_until(lambda: has_ended(worker), "the worker has ended")


@pytest.mark.long
def test_nothing_is_left_of_many_that_were_started_and_killed(double: WorkerModel) -> None:
    gc.collect()  # what other tests have left
    files, processes, threads = open_files(), children(), threading.active_count()
    for number in range(STARTS):
        with running_worker([double], new_tpu(), ON_CPU) as worker:
            if number % 2:
                worker.wait_loaded()
                worker.invoke(0)
                os.kill(worker.pid, (signal.SIGABRT, signal.SIGSTOP)[number % 4 // 2])
                lose(worker)
            else:
                worker.kill()
    del worker
    gc.collect()
    assert (open_files(), children(), threading.active_count()) == (files, processes, threads)
