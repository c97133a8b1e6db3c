"""What a library writes to stderr comes to the log, and says why its process ended."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.runtime.edgetpu.stderr_log import StderrLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO


class Pipe:
    """A pipe with a log at its end."""

    def __init__(self, read: IO[bytes], write: IO[bytes]) -> None:
        self.log = StderrLog(read, "usb:0")
        self._write = write

    def write(self, text: str) -> None:
        self._write.write(text.encode())
        self._write.flush()
        self.log.drain()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as out, os.fdopen(write, "wb") as into:
        yield Pipe(out, into)


def test_lines_come_to_the_log_however_they_are_cut(pipe: Pipe, caplog: pytest.LogCaptureFixture) -> None:
    for part in ("W a war", "ning\n\nE an err", "or\n"):
        pipe.write(part)
    assert caplog.messages == ["usb:0: W a warning", "usb:0: E an error"]


def test_the_end_of_a_line_may_be_missing(pipe: Pipe, caplog: pytest.LogCaptureFixture) -> None:
    pipe.write("Segmentation")
    assert caplog.messages == []
    pipe.log.close()
    assert caplog.messages == ["usb:0: Segmentation"]
    assert pipe.log.reason == "Segmentation"


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("INFO: Created TensorFlow Lite XNNPACK delegate for CPU.", logging.DEBUG),
        ("I0527 12:00:00.1 7 driver.cc:3] Opened", logging.DEBUG),
        ("I driver.cc:3] Opened", logging.DEBUG),
        ("Illegal instruction", logging.WARNING),
        ("F usb_driver.cc:1148] transfer in failed", logging.WARNING),
    ],
)
def test_what_is_only_news_is_for_those_who_look_closely(
    pipe: Pipe, caplog: pytest.LogCaptureFixture, line: str, level: int
) -> None:
    caplog.set_level(logging.DEBUG)
    pipe.write(f"{line}\n")
    assert [record.levelno for record in caplog.records] == [level]


def test_the_reason_is_the_fatal_line_not_the_stack_after_it(pipe: Pipe) -> None:
    pipe.write("W slow\n")
    assert pipe.log.reason == "W slow"
    pipe.write("F0527 12:00:00.1 7 usb_driver.cc:1148] transfer in failed\n*** Check failure stack trace: ***\n@ 0x1\n")
    assert pipe.log.reason == "F0527 12:00:00.1 7 usb_driver.cc:1148] transfer in failed"


def test_a_line_without_an_end_takes_no_memory(pipe: Pipe, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(100):
        pipe.write("x" * 10_000)
    pipe.log.close()
    assert caplog.messages == [f"usb:0: {'x' * 500}"]


def test_news_hide_no_warnings(pipe: Pipe, caplog: pytest.LogCaptureFixture) -> None:
    pipe.write("I news\n" * 100)
    pipe.write("W trouble\n")
    assert caplog.messages == ["usb:0: W trouble"]


def test_one_that_never_ends_to_write_keeps_nobody() -> None:
    with Path("/dev/zero").open("rb") as endless:
        log = StderrLog(endless, "usb:0")
        log.drain()
        log.close()


def test_a_closed_one_reads_no_more() -> None:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as out, os.fdopen(write, "wb") as into:
        log = StderrLog(out, "usb:0")
        log.close()
        into.write(b"late\n")
        into.flush()
        log.drain()
        assert log.reason == ""
        assert out.read() == b"late\n"
