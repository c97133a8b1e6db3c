"""How a worker ended is said in words, with what to do where that can be told."""

from __future__ import annotations

import signal

import pytest

from edge.runtime.edgetpu.ending import how_it_ended, misfit
from edge.runtime.interpreter import runtime_release


@pytest.mark.parametrize(
    ("status", "said", "sentence"),
    [
        (-signal.SIGABRT, "F usb_driver.cc:1148] failed", "by SIGABRT: F usb_driver.cc:1148] failed"),
        (-signal.SIGKILL, "", "by SIGKILL"),
        (-signal.SIGRTMIN - 3, "", f"by signal {signal.SIGRTMIN + 3}"),
        (127, "symbol lookup error: edgetpu_x", "with status 127: symbol lookup error: edgetpu_x"),
        (0, "", "with status 0"),
    ],
)
def test_a_sentence_names_the_signal_and_what_was_said(status: int, said: str, sentence: str) -> None:
    assert how_it_ended(status, said) == f"its process was ended {sentence}"


def test_only_an_end_as_of_a_misfit_is_told_as_one() -> None:
    assert misfit(-signal.SIGABRT, "RuntimeVersion(14)") == ""
    assert misfit(0, "RuntimeVersion(14)") == ""
    both = f"; libedgetpu (RuntimeVersion(14)) may not fit {runtime_release()}"
    assert misfit(-signal.SIGSEGV, "RuntimeVersion(14)").startswith(both)
    assert misfit(-signal.SIGILL, "").startswith("; libedgetpu may not fit")
