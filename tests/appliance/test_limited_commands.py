"""Commands of the system come to an end, and say how."""

from __future__ import annotations

import time

from edge_appliance.limited_commands import NOT_FOUND, TOO_LATE, last_lines, run_command


def test_a_command_is_told_what_to_read_and_says_what_it_prints() -> None:
    done = run_command("sh", "-c", 'cat; echo "$WORD" >&2; exit 3', stdin=b"given\n", environ={"WORD": "wrong"})
    assert (done.status, done.text, done.complaint) == (3, "given", "wrong")
    assert done.last_words == "wrong"


def test_one_that_hangs_is_ended_with_all_that_it_has_started() -> None:
    began_s = time.monotonic()
    done = run_command("sh", "-c", "echo begun; sleep 60 & sleep 60", limit_s=0.3)
    assert done.status == TOO_LATE
    assert (done.text, done.complaint) == ("begun", "no answer within 0.3 s")
    assert time.monotonic() - began_s < 30, "nothing holds the pipe any more"


def test_one_that_is_not_there_is_no_exception() -> None:
    done = run_command("no-such-command")
    assert (done.status, done.last_words) == (NOT_FOUND, "No such file or directory")


def test_the_end_of_what_it_said_is_one_line() -> None:
    assert last_lines("a\n b \n\nc\n", 3) == "b; c"
